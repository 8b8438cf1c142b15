// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import Testing

@testable import Downloads

/// Transfers that break off.
@Suite(.enabled(if: isInstalled("python3"), "there is no python3"))
struct ResumeTests {
  /// So large that it does not fit into the buffers between server and client: something has come of it when it breaks.
  private static let size = 16_000_000

  /// Half of what is left is sent with each answer. What of it has not been taken when the connection breaks is lost.
  @Test func continuesWhereItBrokeOff() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(Self.size), as: "file")
    let progress = ProgressKeeper()
    let downloaded = try await bench.fetch("cut-2/file", progress: progress)
    #expect(bench.result == noise(Self.size))
    #expect(downloaded.sha256 == (try hostSum(.sha256, bench.destination)).hex)
    let offsets = progress.all.compactMap { if case .resuming(let offset) = $0 { offset } else { nil } }
    #expect(offsets.count == 2)
    #expect(offsets == offsets.sorted())
    #expect(offsets.allSatisfy { 1...12_000_000 ~= $0 })
    let ranges = bench.server.requests.map { $0.split(separator: " | ").dropFirst().first.map(String.init) }
    #expect(ranges == [nil] + offsets.map { "Range: bytes=\($0)-" })
  }

  /// More breaks than tries, but each brings something.
  @Test func goesOnAsLongAsSomethingComes() async throws {
    let bench = await Workbench(attempts: 2)
    bench.server.serve(noise(Self.size), as: "file")
    try await bench.fetch("cut-4/file")
    #expect(bench.result == noise(Self.size))
    #expect(bench.server.requests.count == 5)
  }

  /// A date is a version where the server's clock has gone on since (RFC 9110 §8.8.2.2).
  @Test func aDateServesWhereItIsOldEnough() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(Self.size), as: "file")
    #expect(run(["touch", "-d", "1 day ago", bench.server.folder.file("files/file")]).status == 0)
    try await bench.fetch("dated/cut-1/file")
    #expect(bench.result == noise(Self.size))
    #expect(try #require(bench.server.requests.last).contains(#/ \| Range: bytes=\d+- \| If-Range: /#))
  }

  /// Without a version nobody knows whether the rest is that of the same file.
  @Test(arguments: ["anew/cut-1/file", "weak/cut-1/file"])
  func beginsAnewWithoutAVersion(path: String) async throws {
    let bench = await Workbench()
    bench.server.serve(noise(Self.size), as: "file")
    try await bench.fetch(path)
    #expect(bench.result == noise(Self.size))
    #expect(bench.server.requests == ["GET /\(path)", "GET /\(path)"])
  }

  @Test(arguments: ["whole/cut-1/file", "shifted/cut-1/file", "chunked/cut-1/file"])
  func serversOfAllKinds(path: String) async throws {
    let bench = await Workbench()
    bench.server.serve(noise(Self.size), as: "file")
    try await bench.fetch(path)
    #expect(bench.result == noise(Self.size))
  }

  @Test func aFileThatChangesMeanwhile() async throws {
    let bench = await Workbench(attempts: 1)
    bench.server.serve(noise(Self.size), as: "file")
    #expect(try await bench.failure("cut-1/file").kind == .infrastructure)
    #expect(bench.cached("partial").count == 2)
    bench.server.serve(noise(Self.size, seed: 2), as: "file")
    try await bench.fetch("cut-1/file")
    #expect(bench.result == noise(Self.size, seed: 2))
    #expect(try #require(bench.server.requests.last).contains("Range: bytes="))
  }

  @Test func aFileThatHasBecomeShorter() async throws {
    let bench = await Workbench(attempts: 1)
    bench.server.serve(noise(Self.size), as: "file")
    _ = try await bench.failure("cut-1/file")
    // A server that looks at the range before it looks at the version.
    let partial = try #require(bench.cached("partial").first)
    #expect(run(["truncate", "-s", "\(Self.size + 1)", bench.folder.file("cache/partial/\(partial)")]).status == 0)
    let second = Workbench(server: bench.server, folder: bench.folder, attempts: 2)
    try await second.fetch("cut-1/file")
    #expect(bench.result == noise(Self.size))
  }

  @Test func whatIsLeftOfOneProcessServesTheNext() async throws {
    let bench = await Workbench(attempts: 1)
    bench.server.serve(noise(Self.size), as: "file")
    let failure = try await bench.failure("cut-1/file")
    #expect(failure.message.hasSuffix("the connection was closed in the middle of the file"))
    let downloaded = try await bench.fetch("cut-1/file")
    #expect(bench.result == noise(Self.size))
    #expect(downloaded.size == Self.size)
    #expect(bench.cached("partial") == [])
  }

  @Test func aServerThatFallsSilent() async throws {
    let bench = await Workbench(attempts: 100)
    bench.server.serve(noise(Self.size), as: "file")
    let progress = ProgressKeeper()
    let downloader = bench.downloader(idleTimeout: .seconds(2))
    let request = DownloadRequest(bench.server.url("stall-1/file"))
    _ = try await downloader.fetch(request, to: bench.destination) { progress.keep($0) }
    #expect(bench.result == noise(Self.size))
    let reasons = progress.all.compactMap { if case .retrying(let reason, _) = $0 { reason } else { nil } }
    #expect(reasons.contains("127.0.0.1:\(bench.server.port) has said nothing for too long"))
  }

  /// LAVA's list (spec jobs §5.1).
  @Test func statusesThatPass() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(10), as: "file")
    for status in [408, 413, 420, 425, 429, 430, 500, 502, 503, 504, 507, 509, 529, 598] {
      try await bench.fetch("anew/status-\(status)-2/file")
      #expect(bench.result == noise(10))
      #expect(bench.server.requests.count { $0.hasSuffix("status-\(status)-2/file") } == 3)
    }
  }

  @Test func pauses() {
    let policy = RetryPolicy()
    let pauses = (1...9).map { policy.pause(after: $0, asked: nil) / .milliseconds(1) }
    #expect(pauses == [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
    #expect(policy.pause(after: 1, asked: .seconds(5)) == .seconds(5))
    #expect(policy.pause(after: 1, asked: .seconds(3600)) == .seconds(10))
    #expect(policy.pause(after: 100, asked: nil) == .seconds(10))
  }
}
