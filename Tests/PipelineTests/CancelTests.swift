// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Pipeline
import Testing

/// Stopping a job: at once, and yet to its orderly end.
@Suite struct CancelTests {
  private func bench(_ journal: Journal) throws -> Bench {
    let boot = Action("boot-image-retry", isRetry: true) {
      Action("execute-qemu", run: working(.seconds(1_000_000)), cleanup: working(.seconds(2)))
    }
    let finalize = Action("finalize") {
      Action("power-off") { run throws(Failure) in
        try await working(.seconds(5))(run)
        journal.note("power-off")
      }
    }
    return try Bench([
      Block(.boot, boot, failureRetry: 3), Block(.test, Action("never", run: journal.step("never"))),
      Block(.finalize, finalize),
    ])
  }

  private func check(_ outcome: JobOutcome, _ bench: Bench, _ journal: Journal) {
    #expect(outcome.failure?.kind == .canceled)
    #expect(journal.all == ["power-off"])
    // Nothing waited for the action's timeout: only finalize and the clean-up took time.
    #expect(bench.clock.now == .seconds(7))
    let lines = bench.recorder.lines
    #expect(lines.contains("exception The job was canceled"))
    #expect(lines.suffix(2) == ["error JobCanceled: The job was canceled", "result job fail"])
  }

  @Test func byTheRunner() async throws {
    let journal = Journal()
    let bench = try bench(journal)
    async let outcome = bench.runner.run()
    await bench.clock.sleepers(2)
    bench.runner.cancel()
    await bench.clock.advanceToNext(sleepers: 2)
    await bench.clock.advanceToNext(sleepers: 2)
    check(await outcome, bench, journal)
  }

  @Test func byTheTask() async throws {
    let journal = Journal()
    let bench = try bench(journal)
    let task = Task { await bench.runner.run() }
    await bench.clock.sleepers(2)
    task.cancel()
    await bench.clock.advanceToNext(sleepers: 2)
    await bench.clock.advanceToNext(sleepers: 2)
    check(await task.value, bench, journal)
  }

  @Test func whileWaitingToTryAgain() async throws {
    let retry = Action("download-retry", isRetry: true) {
      Action("http-download", run: failing(.infrastructure, "no server"))
    }
    let bench = try Bench([Block(.deploy, retry, failureRetry: 2), finalizeBlock()])
    async let outcome = bench.runner.run()
    await bench.clock.sleepers(2)
    bench.runner.cancel()
    #expect(await outcome.failure?.kind == .canceled)
  }

  @Test func beforeItBegins() async throws {
    let journal = Journal()
    let bench = try bench(journal)
    bench.runner.cancel()
    let outcome = await bench.runner.run()
    #expect(outcome.failure?.kind == .canceled)
    #expect(journal.all.isEmpty)
    #expect(bench.recorder.starts.isEmpty)
  }

  @Test func twiceStopsFinalizeNotAtAll() async throws {
    let journal = Journal()
    let bench = try bench(journal)
    async let outcome = bench.runner.run()
    await bench.clock.sleepers(2)
    bench.runner.cancel()
    await bench.clock.sleepers(2)
    bench.runner.cancel()
    await bench.clock.advanceToNext(sleepers: 2)
    await bench.clock.advanceToNext(sleepers: 2)
    _ = await outcome
    #expect(journal.all == ["power-off"])
    #expect(bench.recorder.lines.contains("error The job was canceled again (too long to cancel)"))
  }

  /// What has happened elsewhere is what the job ends of, even where another try would be due.
  @Test func stoppedForSomethingElse() async throws {
    let journal = Journal()
    let bench = try bench(journal)
    async let outcome = bench.runner.run()
    await bench.clock.sleepers(2)
    let gone = Failure(.infrastructure, "gone", "the board of 1 (host) is gone")
    bench.runner.stop(because: gone)
    await bench.clock.sleepers(2)
    // Who cancels the job now does so for the first time, and comes too late to say why it ends.
    bench.runner.cancel()
    bench.runner.stop(because: Failure(.infrastructure, "late", "late"))
    await bench.clock.advanceToNext(sleepers: 2)
    await bench.clock.advanceToNext(sleepers: 2)
    #expect(await outcome.failure == gone)
    #expect(journal.all == ["power-off"])
    #expect(bench.clock.now == .seconds(7))
    let lines = bench.recorder.lines
    #expect(lines.contains("exception the board of 1 (host) is gone"))
    #expect(!lines.contains { $0.contains("attempts") || $0.contains("Retrying") || $0.contains("canceled") })
  }

  @Test func stoppedAfterACancellation() async throws {
    let bench = try bench(Journal())
    async let outcome = bench.runner.run()
    await bench.clock.sleepers(2)
    bench.runner.cancel(because: "enough")
    bench.runner.stop(because: Failure(.infrastructure, "gone", "gone"))
    await bench.clock.advanceToNext(sleepers: 2)
    await bench.clock.advanceToNext(sleepers: 2)
    #expect(await outcome.failure?.message == "enough")
    #expect(await outcome.failure?.kind == .canceled)
    #expect(!bench.recorder.lines.contains { $0.contains("again") })
  }
}
