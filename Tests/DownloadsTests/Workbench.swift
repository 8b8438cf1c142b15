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
  let folder = TemporaryFolder()
  let cacheLimit: Int
  let attempts: Int

  init(cacheLimit: Int = DownloadCache.standardLimit, attempts: Int = 4, certificate: String? = nil) async {
    server = await FileServer(certificate: certificate)
    self.cacheLimit = cacheLimit
    self.attempts = attempts
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

  /// Fetches what must fail, and looks whether nothing is left of it.
  func failure(
    _ path: String,
    _ change: (inout DownloadRequest) -> Void = { _ in }
  ) async throws -> Failure {
    let failure = await #expect(throws: Failure.self) { try await fetch(path, change) }
    #expect(run(["find", folder.file("result"), "-type", "f"]).output.contains(folder.path + "/result/") == false)
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

/// Bytes that look like nothing, the same for the same seed (a linear congruential generator).
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var state = seed
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 33)
  }
}

/// A sum by the program of the host that makes it: `md5sum`, `sha256sum`, `sha512sum`.
func hostSum(_ algorithm: Checksum.Algorithm, _ path: String) throws -> Checksum {
  let output = run(["\(algorithm.rawValue)sum", path]).output
  return try #require(Checksum(algorithm, String(output.prefix { $0 != " " })))
}
