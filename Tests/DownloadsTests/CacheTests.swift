// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import Testing

@testable import Downloads

/// What one download leaves for the next.
@Suite(.enabled(if: isInstalled("python3"), "there is no python3"))
struct CacheTests {
  @Test(arguments: ["file", "weak/file", "dated/file", "to-2/file"])
  func unchangedFileIsNotSentAgain(path: String) async throws {
    let bench = await Workbench()
    bench.server.serve(noise(100_000), as: "file")
    let first = try await bench.fetch(path)
    let progress = ProgressKeeper()
    let second = try await bench.fetch(path, progress: progress)
    #expect(second.source == .unchanged)
    #expect(second.size == first.size)
    #expect(second.sha256 == first.sha256)
    #expect(bench.result == noise(100_000))
    #expect(progress.all == [.unchanged])
    #expect(
      try #require(bench.server.requests.last).contains(
        path.hasPrefix("dated") ? "If-Modified-Since: " : "If-None-Match: "
      )
    )
  }

  @Test func changedFileIsSent() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    try await bench.fetch("file")
    bench.server.serve(noise(1000, seed: 2), as: "file")
    #expect(try await bench.fetch("file").source == .server)
    #expect(bench.result == noise(1000, seed: 2))
    #expect(bench.cached("objects").count == 2)
  }

  @Test func aServerThatSaysNothingOfVersions() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    try await bench.fetch("anew/file")
    #expect(try await bench.fetch("anew/file").source == .server)
    #expect(bench.server.requests == ["GET /anew/file", "GET /anew/file"])
    #expect(bench.cached("objects").count == 1)
  }

  @Test func aKnownSumNeedsNoServer() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    let path = bench.server.folder.file("files/file")
    let sums = try Checksum.Algorithm.allCases.map { try hostSum($0, path) }
    try await bench.fetch("file") { $0.checksums = sums }
    await bench.server.stop()
    for sum in sums {
      let downloaded = try await bench.fetch("elsewhere") { $0.checksums = [sum] }
      #expect(downloaded.source == .cache)
      #expect(downloaded.sha256 == sums[1].hex)
      #expect(bench.result == noise(1000))
    }
    #expect(bench.server.requests == ["GET /file"])
    // One sum that fits does not make up for one that does not.
    let wrong = try #require(Checksum(.md5, String(repeating: "0", count: 32)))
    #expect(try await bench.failure("elsewhere") { $0.checksums = [sums[1], wrong] }.code == "download")
  }

  @Test func anewWhenTheJobSaysSo() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    let sum = try hostSum(.sha256, bench.server.folder.file("files/file"))
    try await bench.fetch("file")
    let downloaded = try await bench.fetch("file") {
      $0.usesCache = false
      $0.checksums = [sum]
    }
    #expect(downloaded.source == .server)
    #expect(bench.server.requests == ["GET /file", "GET /file"])
  }

  @Test func aFileThatHasRottedIsFetchedAgain() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    let sum = try hostSum(.sha256, bench.server.folder.file("files/file"))
    try await bench.fetch("file")
    let object = "\(bench.folder.file("cache/objects"))/\(sum.hex)"
    #expect(run(["sh", "-c", "chmod u+w \(object) && printf x | dd of=\(object) conv=notrunc"]).status == 0)
    #expect(try await bench.fetch("file") { $0.checksums = [sum] }.source == .server)
    #expect(bench.result == noise(1000))
    #expect(try hostSum(.sha256, object) == sum)
    #expect(run(["stat", "-c", "%a", object]).output == "444\n")
  }

  /// What is fetched is the caller's: changing it does not change the cache.
  @Test func resultsAreNoLinks() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    try await bench.fetch("file")
    #expect(run(["sh", "-c", "printf x >> \(bench.destination)"]).status == 0)
    #expect(try await bench.fetch("file").source == .unchanged)
    #expect(bench.result == noise(1000))
  }

  @Test func whatWasNotUsedForLongestGoes() async throws {
    let bench = await Workbench(cacheLimit: 250_000)
    var sums: [Checksum] = []
    for seed in 1...2 as ClosedRange<UInt64> {
      bench.server.serve(noise(100_000, seed: seed), as: "file-\(seed)")
      let sum = try hostSum(.sha256, bench.server.folder.file("files/file-\(seed)"))
      let md5 = try hostSum(.md5, bench.server.folder.file("files/file-\(seed)"))
      try await bench.fetch("file-\(seed)") { $0.checksums = [md5] }
      // Days ago: the file systems' clocks tick too slowly for tests.
      #expect(
        run(["touch", "-d", "\(4 - seed) days ago", "\(bench.folder.file("cache/objects"))/\(sum.hex)"]).status == 0
      )
      sums.append(sum)
    }
    // The older one is used again, so the other one goes.
    #expect(try await bench.fetch("file-1").source == .unchanged)
    bench.server.serve(noise(100_000, seed: 3), as: "file-3")
    let third = try await bench.fetch("file-3")
    #expect(Set(bench.cached("objects")) == [sums[0].hex, third.sha256])
    #expect(bench.cached("sums/md5").count == 1)
    #expect(try await bench.fetch("file-2").source == .server)
  }

  @Test func roomForAFileThatComes() async throws {
    let bench = await Workbench()
    var sums: [String] = []
    for seed in 1...3 as ClosedRange<UInt64> {
      bench.server.serve(noise(1000, seed: seed), as: "file-\(seed)")
      sums.append(try await bench.fetch("file-\(seed)").sha256)
      let object = "\(bench.folder.file("cache/objects"))/\(sums[Int(seed) - 1])"
      #expect(run(["touch", "-d", "\(4 - seed) days ago", object]).status == 0)
    }
    // All of it would not be enough: nothing goes.
    try bench.cache.makeRoom(3001)
    #expect(bench.cached("objects").count == 3)
    try bench.cache.makeRoom(1001)
    #expect(bench.cached("objects") == [sums[2]])
  }

  @Test func aFileThatIsLargerThanTheCache() async throws {
    let bench = await Workbench(cacheLimit: 10)
    bench.server.serve(noise(1000), as: "file")
    try await bench.fetch("file")
    #expect(bench.result == noise(1000))
    #expect(bench.cached("objects") == [])
  }

  @Test func whatIsForgottenGoes() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    bench.server.serve(noise(1000, seed: 2), as: "old")
    try await bench.fetch("old")
    _ = try await bench.failure("cut-99/old")
    #expect(bench.cached("urls").count == 1)
    #expect(bench.cached("partial").count == 2)
    #expect(bench.cached("locks").count == 2)
    let cache = bench.folder.file("cache")
    #expect(
      run(["sh", "-c", "touch -d '31 days ago' \(cache)/urls/* \(cache)/partial/* \(cache)/locks/*"]).status == 0
    )
    // One is being worked on.
    let busy = try #require(bench.cached("partial").first)
    let lock = try await CacheLock("\(cache)/locks/\(busy)") {}
    // A test beside this one that starts a program has every lock with it for an instant: then it is the next one's turn.
    for _ in 0..<1000 {
      try await bench.fetch("file")
      if bench.cached("locks").count == 2 { break }
    }
    #expect(bench.cached("urls").count == 1)
    #expect(bench.cached("partial") == [busy, "\(busy).record"])
    #expect(bench.cached("locks").count == 2)
    _ = consume lock
    for _ in 0..<1000 {
      try await bench.fetch("file")
      if bench.cached("locks").count == 1 { break }
    }
    #expect(bench.cached("partial") == [])
    #expect(bench.cached("locks").count == 1)
  }
}

/// Where a user's cache is, and how much it holds.
@Suite struct CacheFolderTests {
  @Test(arguments: [
    (["XDG_CACHE_HOME": "/x", "HOME": "/home/me"], "/x/pumice/downloads"),
    (["XDG_CACHE_HOME": "", "HOME": "/home/me"], "/home/me/.cache/pumice/downloads"),
    (["XDG_CACHE_HOME": "relative", "HOME": "/home/me"], "/home/me/.cache/pumice/downloads"),
  ])
  func folder(environment: [String: String], expected: String) {
    #expect(DownloadCache.ofUser { environment[$0] }.folder == expected)
  }

  @Test(arguments: [
    ("", 20_000_000_000), ("0", 0), ("123", 123), ("5k", 5000), ("5M", 5_000_000), ("20G", 20_000_000_000),
    ("1T", 1_000_000_000_000),
  ])
  func limit(text: String, expected: Int) throws {
    let folder = TemporaryFolder()
    let environment = ["XDG_CACHE_HOME": folder.path, "PUMICE_CACHE_LIMIT": text]
    let cache = DownloadCache.ofUser { environment[$0] }
    #expect(cache.limit == expected)
    try cache.prepare()
  }

  @Test(arguments: ["x", "G", "-1", "1.5G", "20GB", "99999999999T"])
  func limitThatIsNone(text: String) {
    let folder = TemporaryFolder()
    let environment = ["XDG_CACHE_HOME": folder.path, "PUMICE_CACHE_LIMIT": text]
    let failure = #expect(throws: Failure.self) { try DownloadCache.ofUser { environment[$0] }.prepare() }
    #expect(failure?.kind == .configuration)
    #expect(failure?.message.contains("'\(text)'") == true)
  }

  @Test func aFolderThatCannotBe() {
    let failure = #expect(throws: Failure.self) { try DownloadCache(folder: "/dev/null/cache").prepare() }
    #expect(failure?.advice?.contains("XDG_CACHE_HOME") == true)
  }
}
