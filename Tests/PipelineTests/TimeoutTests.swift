// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Pipeline
import Testing

/// Deadlines (spec jobs §4.2) on a clock that the tests move. An action that works has two sleepers: itself and its timer.
@Suite struct TimeoutTests {
  private let forever = Duration.seconds(1_000_000)

  @Test func theActionIsNamedWithItsClassOfFailure() async throws {
    let boot = Action("minimal-boot") {
      Action("connect-device", timeoutFailure: .infrastructure, run: working(forever))
    }
    let bench = try Bench([Block(.boot, boot, timeout: .seconds(45)), finalizeBlock()])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    let failure = await outcome.failure
    #expect(failure?.message == "connect-device timed out after 45 seconds")
    #expect(failure?.kind == .infrastructure)
    #expect(failure?.code == "action-timeout")
  }

  @Test func theInnermostActionIsNamedWhenAnOuterLimitIsReached() async throws {
    let boot = Action("outer") {
      Action("first", run: working(.seconds(20)))
      Action("second", run: working(forever))
    }
    let block = Block(.boot, boot, timeout: .seconds(100), timeouts: ["outer": .seconds(30)])
    let bench = try Bench([block, finalizeBlock()])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    await bench.clock.advanceToNext(sleepers: 2)
    let failure = await outcome.failure
    #expect(failure?.message == "second timed out after 10 seconds")
    #expect(failure?.advice?.contains("outer") == true)
    #expect(bench.clock.now == .seconds(30))
  }

  @Test func theJobsTimeStopsARunningTestAndFinalizeStillRuns() async throws {
    let journal = Journal()
    let shell = Action("lava-test-shell", timeoutFailure: .timeout, run: working(forever))
    let finalize = Action("finalize") { Action("power-off", run: working(.seconds(5))) }
    let bench = try Bench(
      jobTimeout: .seconds(60),
      [Block(.test, shell, timeout: .seconds(300)), Block(.finalize, finalize), finalizeBlock(journal)]
    )
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    await bench.clock.advanceToNext(sleepers: 2)
    let failure = await outcome.failure
    #expect(failure?.message == "lava-test-shell timed out after 60 seconds")
    #expect(failure?.kind == .test)
    #expect(failure?.code == "job-timeout")
    #expect(journal.all == ["power-off", "read-feedback"])
    #expect(bench.clock.now == .seconds(65))
  }

  @Test func betweenBlocksTheJobIsNamed() async throws {
    let bench = try Bench(
      jobTimeout: .seconds(60),
      [
        Block(.deploy, Action("one", run: working(.milliseconds(59_700))), timeout: .seconds(300)),
        Block(.boot, Action("two")), finalizeBlock(),
      ]
    )
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    #expect(await outcome.failure?.message == "job timed out after 59 seconds")
  }

  @Test func aParentWhoseTimeIsOverBeginsNoChild() async throws {
    let journal = Journal()
    let parent = Action("parent") {
      // Half a second over the parent's time: an alarm counts whole seconds.
      Action("one", run: working(.milliseconds(9_600)))
      Action("two", run: journal.step("never"))
    }
    let bench = try Bench([Block(.boot, parent, timeout: .seconds(10)), finalizeBlock()])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    #expect(await outcome.failure?.message == "parent timed out after 9 seconds")
    #expect(journal.all.isEmpty)
  }

  /// LAVA's alarm counts whole seconds, so what an outer limit lost in the meantime is not missing in the text.
  @Test func timeoutsAreWholeSeconds() async throws {
    let parent = Action("parent") {
      Action("one", run: working(.milliseconds(10)))
      Action("two", run: working(forever))
    }
    let bench = try Bench([Block(.boot, parent), finalizeBlock()])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    await bench.clock.advanceToNext(sleepers: 2)
    #expect(await outcome.failure?.message == "two timed out after 30 seconds")
  }

  @Test func skipGoesOnWithTheNextBlock() async throws {
    let journal = Journal()
    let retry = Action("lava-test-retry", isRetry: true) {
      Action("lava-test-shell", timeoutFailure: .timeout, run: working(forever))
    }
    let bench = try Bench([
      Block(.test, retry, timeout: .seconds(4), skipsTimeout: true),
      Block(.test, Action("next", run: journal.step("next"))), finalizeBlock(),
    ])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    #expect(await outcome.failure == nil)
    #expect(journal.all == ["next"])
    let lines = bench.recorder.lines
    #expect(lines.contains("warning skip_timeout is set for lava-test-retry - continuing to next action block."))
    #expect(lines.contains("result lava-test-shell fail fail=lava-test-shell timed out after 4 seconds"))
    #expect(lines.last == "result job pass")
  }

  @Test(arguments: [
    (Duration.seconds(10), "wait for prompt timed out"),
    // Longer than what is left: the action's own timer ends it.
    (.seconds(60), "export-device-env timed out after 30 seconds"),
  ])
  func aWaitWithALimitOfItsOwn(_ limit: Duration, _ message: String) async throws {
    let forever = forever
    let action = Action("export-device-env") { run throws(Failure) in
      try await run.withTimeout(limit) { () async throws(Failure) in try await working(forever)(run) }
    }
    let bench = try Bench([Block(.boot, action), finalizeBlock()])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: limit < .seconds(30) ? 3 : 2)
    #expect(await outcome.failure?.message == message)
    #expect(bench.clock.now == min(limit, .seconds(30)))
  }

  @Test func anActionsOwnFailureIsKept() async throws {
    let action = Action(
      "execute-qemu",
      run: { run throws(Failure) in
        try await working(.seconds(3))(run)
        throw Failure(.infrastructure, "qemu-exited", "QEMU ended with status 1")
      }
    )
    let bench = try Bench([Block(.boot, action), finalizeBlock()])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    #expect(await outcome.failure?.code == "qemu-exited")
  }
}
