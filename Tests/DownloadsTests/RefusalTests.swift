// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import Testing

@testable import Downloads

/// Downloads that must fail, and say why.
@Suite(.enabled(if: isInstalled("python3"), "there is no python3"))
struct RefusalTests {
  @Test func statuses() async throws {
    let bench = await Workbench()
    let expected: [(status: Int, kind: Failure.Kind, advice: String)] = [
      (404, .job, "no such file"), (410, .job, "no such file"), (401, .job, "'headers'"), (403, .job, "'headers'"),
      (400, .job, "Check the URL"), (501, .infrastructure, "administrator"),
    ]
    for (index, (status, kind, advice)) in expected.enumerated() {
      let path = "status-\(status)-99/file"
      let failure = try await bench.failure(path)
      #expect(failure.kind == kind)
      #expect(failure.message == "Resource unavailable at '\(bench.server.url(path))' (\(status))")
      #expect(failure.advice?.contains(advice) == true)
      #expect(bench.server.requests.count == index + 1)
    }
  }

  @Test func aServerThatNeverRecovers() async throws {
    let bench = await Workbench(attempts: 3)
    let failure = try await bench.failure("status-503-99/file")
    #expect(failure.kind == .infrastructure)
    #expect(
      failure.message.hasPrefix("Unable to get '\(bench.server.url("status-503-99/file"))': the server answers 503")
    )
    #expect(bench.server.requests.count == 3)
  }

  @Test func aServerThatIsGone() async throws {
    let bench = await Workbench()
    await bench.server.stop()
    let failure = try await bench.failure("file")
    #expect(failure.kind == .infrastructure)
    #expect(failure.message.contains("no connection to 127.0.0.1:\(bench.server.port): "))
    #expect(failure.message.contains("refused"))
  }

  @Test func aNameThatNobodyKnows() async throws {
    let bench = await Workbench(attempts: 2)
    let failure = await #expect(throws: Failure.self) {
      try await bench.downloader().fetch(DownloadRequest("http://name.invalid/file"), to: bench.destination)
    }
    #expect(failure?.kind == .infrastructure)
    #expect(failure?.message.contains("no address is known of name.invalid: ") == true)
  }

  @Test(arguments: Checksum.Algorithm.allCases)
  func anotherSum(algorithm: Checksum.Algorithm) async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    let sum = try hostSum(algorithm, bench.server.folder.file("files/file"))
    let wrong = try #require(Checksum(algorithm, String(sum.hex.reversed())))
    let failure = try await bench.failure("file") { $0.checksums = [wrong] }
    #expect(failure.kind == .job)
    // LAVA's words (spec jobs §5.1).
    #expect(failure.message == "\(algorithm.rawValue) for '\(bench.server.url("file"))' does not match.")
    #expect(failure.cause == "expected \(wrong.hex), got \(sum.hex)")
    // The next try must not find what was damaged on its way.
    #expect(bench.cached("objects") == [])
    #expect(bench.cached("partial") == [])
    try await bench.fetch("file") { $0.checksums = [sum] }
    #expect(bench.server.requests == ["GET /file", "GET /file"])
  }

  @Test func anotherSumOfAFileOfThisHost() async throws {
    let bench = await Workbench()
    var request = DownloadRequest(bench.folder.write("x", to: "source"))
    request.checksums = [try #require(Checksum(.md5, String(repeating: "0", count: 32)))]
    let failure = await #expect(throws: Failure.self) {
      try await bench.downloader().fetch(request, to: bench.destination)
    }
    #expect(failure?.code == "checksum")
  }

  @Test func tooManyRedirects() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(10), as: "file")
    let failure = try await bench.failure("to-11/file")
    #expect(failure.code == "too-many-redirects")
    #expect(bench.server.requests.count == 11)
  }

  @Test(arguments: ["file:///etc/", "ftp://127.0.0.1/"])
  func redirectsToElsewhere(place: String) async throws {
    let bench = await Workbench()
    _ = bench.server.folder.write(place, to: "other")
    let failure = try await bench.failure("away/passwd")
    #expect(failure.message == "Resource unavailable at '\(bench.server.url("away/passwd"))' (307)")
    #expect(failure.cause == "it redirects to what is neither http nor https")
  }

  @Test(arguments: [
    ("scp://host/file", "not-supported", "and not scp"),
    ("rclone://remote/file", "not-supported", "and not rclone"),
    ("http://", "bad-url", "not a valid URL"),
    ("http://host:99999/", "bad-url", "not a valid URL"),
    ("http://ho st/", "bad-url", "not a valid URL"),
    ("http://[::1/", "bad-url", "not a valid URL"),
    ("/does/not/exist", "missing-file", "does not exist or is not readable"),
    ("file:///etc", "missing-file", "does not exist or is not readable"),
    ("/dev/zero", "missing-file", "does not exist or is not readable"),
    ("", "missing-file", "does not exist or is not readable"),
  ])
  func urlsThatCannotBeFetched(url: String, code: String, words: String) async throws {
    let folder = TemporaryFolder()
    let downloader = Downloader(cache: DownloadCache(folder: folder.file("cache")), proxies: .none)
    let failures = [
      await #expect(throws: Failure.self) { try await downloader.fetch(DownloadRequest(url), to: folder.file("x")) },
      await #expect(throws: Failure.self) { try await downloader.check(DownloadRequest(url)) },
    ]
    for failure in failures {
      #expect(failure?.kind == .job)
      #expect(failure?.code == code)
      #expect(failure?.message.contains(words) == true)
    }
    #expect(run(["ls", "-A", folder.path]).output == "")
  }

  @Test func aPlaceThatCannotBeWrittenTo() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(10), as: "file")
    let failure = await #expect(throws: Failure.self) {
      try await bench.downloader().fetch(DownloadRequest(bench.server.url("file")), to: "/dev/null/x/file")
    }
    #expect(failure?.kind == .infrastructure)
    #expect(failure?.message.contains("/dev/null/x") == true)
  }
}
