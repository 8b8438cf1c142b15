// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import Synchronization
import Testing

@testable import Downloads

/// Several downloads at once, and downloads that are stopped.
@Suite(.enabled(if: isInstalled("python3"), "there is no python3"))
struct ConcurrencyTests {
  /// Ends as soon as a download says what is awaited.
  private final class Moment: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let isMeant: @Sendable (DownloadProgress) -> Bool

    init(_ isMeant: @escaping @Sendable (DownloadProgress) -> Bool) {
      (stream, continuation) = AsyncStream.makeStream()
      self.isMeant = isMeant
    }

    func keep(_ progress: DownloadProgress) { if isMeant(progress) { continuation.finish() } }

    func wait() async { for await _ in stream {} }
  }

  private func fetch(
    _ bench: Workbench,
    _ path: String,
    to name: String,
    checksums: [Checksum] = [],
    _ moment: Moment = Moment { _ in false }
  ) -> Task<Result<Downloaded, Failure>, Never> {
    var request = DownloadRequest(bench.server.url(path))
    request.checksums = checksums
    let wanted = request
    let place = bench.folder.file("result/\(name)")
    return Task {
      do throws(Failure) {
        return .success(try await bench.downloader().fetch(wanted, to: place) { moment.keep($0) })
      } catch {
        return .failure(error)
      }
    }
  }

  @Test(arguments: [false, true])
  func theSecondWaitsForTheFirst(hasSum: Bool) async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    let sums = hasSum ? [try hostSum(.sha256, bench.server.folder.file("files/file"))] : []
    let lock = try await CacheLock("\(bench.preparedCache().locks)/\(bench.key("hold/file"))") {}
    // Both have to wait, for the lock that this test holds.
    let moments = [Moment { $0 == .waiting }, Moment { $0 == .waiting }]
    let tasks = zip(["a", "b"], moments).map { fetch(bench, "hold/file", to: $0, checksums: sums, $1) }
    for moment in moments { await moment.wait() }
    #expect(bench.server.requests == [])
    _ = bench.server.folder.write("", to: "go")
    _ = consume lock
    var sources: [Downloaded.Source] = []
    for task in tasks { sources.append(try await task.value.get().source) }
    #expect(sources.contains(.server))
    #expect(sources.contains(hasSum ? .cache : .unchanged))
    #expect(bench.server.requests.count == (hasSum ? 1 : 2))
    for name in ["a", "b"] { #expect(bytes(of: bench.folder.file("result/\(name)")) == noise(1000)) }
  }

  @Test func manyAtOnce() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(200_000), as: "file")
    bench.server.serve(noise(200_000, seed: 2), as: "other")
    let tasks = (0..<12).map { fetch(bench, $0 % 2 == 0 ? "cut-1/file" : "other", to: "\($0)") }
    for (index, task) in tasks.enumerated() {
      _ = try await task.value.get()
      #expect(bytes(of: bench.folder.file("result/\(index)")) == noise(200_000, seed: index % 2 == 0 ? 1 : 2))
    }
    #expect(bench.cached("objects").count == 2)
    #expect(bench.cached("partial") == [])
  }

  @Test func cancellationEndsAWaitForALock() async throws {
    let bench = await Workbench()
    bench.server.serve(noise(1000), as: "file")
    let path = "\(try bench.preparedCache().locks)/\(bench.key("file"))"
    let lock = try await CacheLock(path) {}
    let moment = Moment { $0 == .waiting }
    let task = fetch(bench, "file", to: "file", moment)
    await moment.wait()
    task.cancel()
    #expect(await task.value.failure?.kind == .canceled)
    _ = consume lock
    // Who was canceled holds nothing, and the next one gets it.
    _ = try await fetch(bench, "file", to: "file").value.get()
  }

  @Test(arguments: ["stall-1/file", "chunked/stall-1/file"])
  func cancellationEndsATransferAndTheNextOneContinues(path: String) async throws {
    let bench = await Workbench()
    bench.server.serve(noise(8_000_000), as: "file")
    let moment = Moment { if case .receiving = $0 { true } else { false } }
    let task = fetch(bench, path, to: "file", moment)
    await moment.wait()
    task.cancel()
    #expect(await task.value.failure?.kind == .canceled)
    #expect(run(["ls", bench.folder.file("result")]).status != 0)
    #expect(try await bench.fetch(path).source == .server)
    #expect(bench.result == noise(8_000_000))
    #expect(try #require(bench.server.requests.last).contains("Range: bytes="))
  }
}

extension Result {
  fileprivate var failure: Failure? {
    guard case .failure(let failure) = self else { return nil }
    return failure
  }
}
