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

// Where timeouts and tries meet.
extension RetryTests {
  private static let forever = Duration.seconds(1_000_000)

  private func lavaTest(_ step: @escaping Action.Step) -> Action {
    Action("lava-test-retry", isRetry: true) { Action("lava-test-shell", timeoutFailure: .timeout, run: step) }
  }

  /// The pause before the next try does not outlast the job.
  @Test func theJobIsOverBeforeTheNextTry() async throws {
    let journal = Journal()
    let step: Action.Step = { run throws(Failure) in
      try await working(.seconds(18))(run)
      try await failing(9, .test, journal)(run)
    }
    let block = Block(
      .test,
      lavaTest(step),
      timeout: .seconds(300),
      failureRetry: 3,
      failureRetryInterval: .seconds(5)
    )
    let bench = try Bench(jobTimeout: .seconds(20), [block, finalizeBlock(journal)])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    await bench.clock.advanceToNext(sleepers: 2)
    let failure = await outcome.failure
    #expect(
      failure?.message
        == "No time left for remaining 2 retries. You should either increase block timeout or decrease named action "
        + "timeout. 1 retries out of 3 failed for lava-test-retry"
    )
    #expect(failure?.kind == .test)
    #expect(failure?.cause == "broken 1")
    #expect(bench.clock.now == .seconds(20))
    #expect(journal.all == ["try 1", "power-off", "read-feedback"])
    #expect(bench.recorder.lines.contains("error lava-test-retry failed: 1 of 3 attempts. 'broken 1'"))
    #expect(!bench.recorder.lines.contains { $0.hasPrefix("warning Retrying") })
  }

  /// The job's time ends the second try, with the name of what runs.
  @Test func theJobIsOverInTheSecondTry() async throws {
    let step: Action.Step = { run throws(Failure) in
      if run.attempt == 1 { throw Failure(.test, "planned", "broken") }
      try await working(Self.forever)(run)
    }
    let block = Block(.test, lavaTest(step), timeout: .seconds(600), failureRetry: 2)
    let bench = try Bench(jobTimeout: .seconds(20), [block, finalizeBlock()])
    async let outcome = bench.runner.run()
    // The pause, then the job's end.
    await bench.clock.advanceToNext(sleepers: 2)
    await bench.clock.advanceToNext(sleepers: 2)
    let failure = await outcome.failure
    #expect(failure?.message == "lava-test-shell timed out after 19 seconds")
    #expect(failure?.code == "job-timeout")
    let lines = bench.recorder.lines
    #expect(lines.contains("warning Retrying: 1 lava-test-retry (timeout 00:00:19)"))
    #expect(
      lines.contains("error lava-test-retry failed: 2 of 2 attempts. 'lava-test-shell timed out after 19 seconds'")
    )
  }

  /// A test that runs out of its share of the block's time is tried again with another share.
  @Test func aTestThatTimesOutIsTriedAgain() async throws {
    let journal = Journal()
    let step: Action.Step = { run throws(Failure) in
      journal.note("try \(run.attempt)")
      if run.attempt == 1 { try await working(Self.forever)(run) }
    }
    let block = Block(.test, lavaTest(step), timeout: .seconds(60), failureRetry: 3)
    let bench = try Bench([block, finalizeBlock()])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    await bench.clock.advanceToNext(sleepers: 2)
    #expect(await outcome.failure == nil)
    // 60 // 3, and the pause.
    #expect(bench.clock.now == .seconds(21))
    #expect(journal.all == ["try 1", "try 2"])
    #expect(
      bench.recorder.lines.contains("result lava-test-shell fail fail=lava-test-shell timed out after 20 seconds")
    )
  }

  /// `skip` goes before trying again (spec jobs §4.2), and before repeating.
  @Test(arguments: [(3, nil), (nil, 3)] as [(Int?, Int?)])
  func skippingIsNotTryingAgain(_ failureRetry: Int?, _ repeatCount: Int?) async throws {
    let journal = Journal()
    let step: Action.Step = { run throws(Failure) in
      journal.note("try \(run.attempt)")
      try await working(Self.forever)(run)
    }
    let block = Block(
      .test,
      lavaTest(step),
      timeout: .seconds(30),
      skipsTimeout: true,
      failureRetry: failureRetry,
      repeatCount: repeatCount
    )
    let bench = try Bench([block, Block(.test, Action("next", run: journal.step("next"))), finalizeBlock()])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    #expect(await outcome.failure == nil)
    #expect(bench.clock.now == .seconds(10))
    #expect(journal.all == ["try 1", "next"])
    #expect(bench.recorder.lines.last == "result job pass")
  }

  /// Only running out of time is skipped: a test that fails, fails (spec jobs §4.2).
  @Test func aFailureIsNotSkipped() async throws {
    let journal = Journal()
    let block = Block(.test, lavaTest(failing(9, .test, journal)), timeout: .seconds(30), skipsTimeout: true)
    let bench = try Bench([block, finalizeBlock()])
    #expect(await bench.runner.run().failure?.message == "broken 1")
  }

  /// Nested retry actions see the same block (spec jobs §4.3): both repeat.
  @Test func aBootIsRepeated() async throws {
    let journal = Journal()
    let boot = Action("boot-image-retry", isRetry: true) {
      Action("boot-qemu-image", isRetry: true) { Action("execute-qemu", run: failing(0, .job, journal)) }
      Action("expect-shell-connection", run: journal.step("shell"))
    }
    let bench = try Bench([Block(.boot, boot, timeout: .seconds(120), repeatCount: 2), finalizeBlock()])
    #expect(await bench.runner.run().failure == nil)
    #expect(journal.all == ["try 1", "try 2", "shell", "try 3", "try 4", "shell"])
    #expect(bench.clock.now == .zero)
  }

  /// The failure of the last of the repetitions is the failure (spec jobs §4.3).
  @Test func theLastRepetitionFails() async throws {
    let journal = Journal()
    let step: Action.Step = { run throws(Failure) in
      journal.note("try \(run.attempt)")
      if run.attempt == 2 { throw Failure(.infrastructure, "planned", "the second") }
    }
    let bench = try Bench([Block(.test, lavaTest(step), repeatCount: 2), finalizeBlock()])
    let failure = await bench.runner.run().failure
    #expect(failure?.message == "the second")
    #expect(failure?.kind == .infrastructure)
    #expect(bench.recorder.lines.contains("error lava-test-retry failed: 2 of 2 attempts. 'the second'"))
  }
}
