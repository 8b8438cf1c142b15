// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Pipeline
import Testing

/// Trying again (spec jobs §4.3): messages, clean-up between tries, and that a try really runs.
@Suite struct RetryTests {
  /// Fails until it has been run a number of times.
  private func failing(_ times: Int, _ kind: Failure.Kind, _ journal: Journal) -> Action.Step {
    { run throws(Failure) in
      journal.note("try \(run.attempt)")
      if run.attempt <= times { throw Failure(kind, "planned", "broken \(run.attempt)") }
    }
  }

  @Test func aTestBlockIsReallyRunAgain() async throws {
    let journal = Journal()
    let retry = Action("lava-test-retry", isRetry: true) {
      Action("lava-test-shell", run: failing(1, .test, journal), cleanup: journal.step("undo"))
    }
    let bench = try Bench([Block(.test, retry, timeout: .seconds(90), failureRetry: 3), finalizeBlock()])
    async let outcome = bench.runner.run()
    // Only the pause between the tries takes time: one second.
    await bench.clock.advanceToNext(sleepers: 2)
    #expect(await outcome.failure == nil)
    #expect(bench.clock.now == .seconds(1))
    #expect(journal.all == ["try 1", "undo", "try 2", "undo"])
    #expect(
      bench.recorder.starts.prefix(3)
        == ["1 lava-test-retry #1", "1.1 lava-test-shell #1", "1.1 lava-test-shell #2!"]
    )
    let lines = bench.recorder.lines
    #expect(lines.contains("error lava-test-retry failed: 1 of 3 attempts. 'broken 1'"))
    #expect(lines.contains("warning Retrying: 1 lava-test-retry (timeout 00:01:29)"))
    #expect(lines.contains("result lava-test-shell fail fail=broken 1"))
  }

  @Test func theLastTrysFailureIsTheFailure() async throws {
    let journal = Journal()
    let retry = Action("download-retry", isRetry: true) {
      Action("http-download", run: failing(9, .infrastructure, journal))
    }
    let block = Block(.deploy, retry, failureRetry: 2, failureRetryInterval: .seconds(7))
    let bench = try Bench([block, finalizeBlock()])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    #expect(await outcome.failure?.message == "broken 2")
    #expect(bench.clock.now == .seconds(7))
    #expect(bench.recorder.lines.contains("error download-retry failed: 2 of 2 attempts. 'broken 2'"))
  }

  @Test(arguments: [Failure.Kind.bug, .configuration, .canceled, .multinodeTimeout])
  func someFailuresAreNotTriedAgain(_ kind: Failure.Kind) async throws {
    let journal = Journal()
    let retry = Action("some-retry", isRetry: true) { Action("some", run: failing(9, kind, journal)) }
    let bench = try Bench([Block(.deploy, retry, failureRetry: 3), finalizeBlock()])
    #expect(await bench.runner.run().failure?.kind == kind)
    #expect(journal.all == ["try 1"])
  }

  @Test func retriesInsideRetries() async throws {
    let journal = Journal()
    let boot = Action("boot-image-retry", isRetry: true) {
      Action("boot-qemu-image", isRetry: true) { Action("execute-qemu", run: failing(9, .job, journal)) }
    }
    let bench = try Bench([Block(.boot, boot, timeout: .seconds(120), failureRetry: 2), finalizeBlock()])
    async let outcome = bench.runner.run()
    for _ in 0..<3 { await bench.clock.advanceToNext(sleepers: 2) }
    #expect(await outcome.failure?.message == "broken 4")
    // Two tries of two tries (spec jobs §4.3).
    #expect(journal.all == ["try 1", "try 2", "try 3", "try 4"])
  }

  @Test func noTimeLeftForAnotherTry() async throws {
    let retry = Action("auto-login-action", isRetry: true) { Action("login-action", run: working(.seconds(1_000_000))) }
    let block = Block(
      .boot,
      retry,
      timeout: .seconds(20),
      timeouts: ["login-action": .seconds(60)],
      failureRetry: 3
    )
    let bench = try Bench([block, finalizeBlock()])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    let failure = await outcome.failure
    #expect(
      failure?.message
        == "No time left for remaining 2 retries. You should either increase block timeout or decrease named action "
        + "timeout. 1 retries out of 3 failed for auto-login-action"
    )
    #expect(failure?.kind == .job)
    // With what the interrupted step said of its interruption.
    #expect(failure?.cause == "login-action timed out after 20 seconds: interrupted")
  }

  @Test func repeatRunsEveryTimeAndCounts() async throws {
    let journal = Journal()
    let retry = Action("lava-test-retry", isRetry: true) {
      Action("lava-test-shell", run: failing(1, .test, journal))
    }
    let bench = try Bench([Block(.test, retry, repeatCount: 3), finalizeBlock()])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    let failure = await outcome.failure
    #expect(failure?.message == "1 retries out of 3 failed for lava-test-retry")
    #expect(failure?.kind == .test)
    #expect(journal.all == ["try 1", "try 2", "try 3"])
    // What a repeated run reports stands beside what the others do.
    #expect(!bench.recorder.starts.contains { $0.hasSuffix("!") })
  }
}
