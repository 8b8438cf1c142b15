// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import HostTools
import Synchronization
import Testing

@testable import Downloads

/// A server, a cache and a place for what is fetched, all of one test.
struct Workbench {
  let server: FileServer
  let folder: TemporaryFolder
  let cacheLimit: Int
  /// More than are needed where a busy machine may itself be too late for a timeout.
  let attempts: Int

  init(cacheLimit: Int = DownloadCache.standardLimit, attempts: Int = 4, certificate: String? = nil) async {
    server = await FileServer(certificate: certificate)
    folder = TemporaryFolder()
    self.cacheLimit = cacheLimit
    self.attempts = attempts
  }

  /// Another user of the same server and the same cache.
  init(server: FileServer, folder: TemporaryFolder, attempts: Int) {
    self.server = server
    self.folder = folder
    self.attempts = attempts
    cacheLimit = DownloadCache.standardLimit
  }

  var cache: DownloadCache { DownloadCache(folder: folder.file("cache"), limit: cacheLimit) }

  func downloader(
    proxies: Proxies = .none,
    idleTimeout: Duration = .seconds(60),
    certificates: String? = nil
  ) -> Downloader {
    Downloader(
      cache: cache,
      proxies: proxies,
      policy: RetryPolicy(attempts: attempts, firstPause: .milliseconds(1), longestPause: .milliseconds(5)),
      idleTimeout: idleTimeout,
      certificates: certificates
    )
  }

  /// The cache with its folders made.
  func preparedCache() throws -> DownloadCache {
    try cache.prepare()
    return cache
  }

  /// What the cache files a path of the server under.
  func key(_ path: String) -> String { DownloadCache.key(url: server.url(path), headers: []) }

  var destination: String { folder.file("result/file") }

  /// What was put there.
  var result: [UInt8] { bytes(of: destination) }

  /// Fetches a path of the server.
  @discardableResult
  func fetch(
    _ path: String,
    progress: ProgressKeeper = ProgressKeeper(),
    _ change: (inout DownloadRequest) -> Void = { _ in }
  ) async throws(Failure) -> Downloaded {
    var request = DownloadRequest(server.url(path))
    change(&request)
    return try await downloader().fetch(request, to: destination) { progress.keep($0) }
  }

  /// What is in the folder of the results, with names and sums.
  private var results: String {
    run(["find", folder.path, "-path", "*/result/*", "-exec", "sha256sum", "{}", "+"]).output
  }

  /// Fetches what must fail, and looks whether nothing is left of it.
  func failure(
    _ path: String,
    _ change: (inout DownloadRequest) -> Void = { _ in }
  ) async throws -> Failure {
    let before = results
    let failure = await #expect(throws: Failure.self) { try await fetch(path, change) }
    #expect(results == before)
    return try #require(failure)
  }

  /// The names in a folder of the cache.
  func cached(_ kind: String) -> [String] {
    run(["ls", folder.file("cache/\(kind)")]).output.split(separator: "\n").map(String.init)
  }
}

/// What a download said that it does.
final class ProgressKeeper: Sendable {
  private let kept = Mutex<[DownloadProgress]>([])

  func keep(_ progress: DownloadProgress) { kept.withLock { $0.append(progress) } }

  var all: [DownloadProgress] { kept.withLock(\.self) }
}

/// Bytes that look like nothing, the same for the same seed (a linear congruential generator); after a prime number of
/// them the same again.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var state = seed
  let block = (0..<min(count, 65_521)).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 33)
  }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count + block.count)
  while bytes.count < count { bytes += block }
  return Array(bytes[..<count])
}

/// A sum by the program of the host that makes it: `md5sum`, `sha256sum`, `sha512sum`.
func hostSum(_ algorithm: Checksum.Algorithm, _ path: String) throws -> Checksum {
  let output = run(["\(algorithm.rawValue)sum", path]).output
  return try #require(Checksum(algorithm, String(output.prefix { $0 != " " })))
}
