// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Pipeline
import Testing

/// What actions leave out that come to their end (docs/Verdicts.md).
@Suite struct ShortcomingTests {
  /// A test whose shell leaves something out in each of its attempts, and in some of them fails.
  private static func test(
    failing attempts: ClosedRange<Int>? = nil,
    _ kind: Failure.Kind = .test,
    failureRetry: Int? = nil,
    repeatCount: Int? = nil,
    leavingOut text: @escaping @Sendable (Int) -> String?
  ) -> Block {
    let shell = Action("lava-test-shell") { run throws(Failure) in
      if let text = text(run.attempt) { run.fallShort(text) }
      if attempts?.contains(run.attempt) == true { throw Failure(kind, "planned", "broken \(run.attempt)") }
    }
    return Block(
      .test,
      Action("lava-test-retry", isRetry: true) { shell },
      failureRetry: failureRetry,
      repeatCount: repeatCount
    )
  }

  @Test func theJobGoesOnAndFailsAtItsEnd() async throws {
    let journal = Journal()
    let next = Block(.test, Action("next", run: journal.step("next")))
    let bench = try Bench([Self.test { _ in "a is not done" }, next, finalizeBlock(journal)])
    let outcome = await bench.runner.run()
    #expect(journal.all == ["next", "power-off", "read-feedback"])
    #expect(outcome.failure?.kind == .test)
    #expect(outcome.failure?.message == "a is not done")
    #expect(!outcome.wasStopped)
    let lines = bench.recorder.lines
    #expect(lines.contains("error The job does not pass: a is not done"))
    #expect(
      Array(lines.suffix(2)) == [
        "error TestError: A test failed to run, look at the error message.", "result job fail",
      ]
    )
    // The action itself has done what it could.
    #expect(!lines.contains { $0.hasPrefix("result lava-test-") })
  }

  @Test func notByLAVAsRules() async throws {
    let block = Self.test { _ in "a is not done" }
    let bench = try Bench([block, finalizeBlock()], hooks: PipelineRunner.Hooks(rules: .lava))
    #expect(await bench.runner.run().failure == nil)
    let lines = bench.recorder.lines
    #expect(!lines.contains { $0.contains("a is not done") })
    #expect(Array(lines.suffix(2)) == ["info Job finished correctly", "result job pass"])
  }

  @Test func ofAttemptsTheLastCounts() async throws {
    let block = Self.test(failing: 1...1, failureRetry: 3) { $0 == 1 ? "only the first" : nil }
    let bench = try Bench([block, finalizeBlock()])
    async let outcome = bench.runner.run()
    await bench.clock.advanceToNext(sleepers: 2)
    #expect(await outcome.failure == nil)
    #expect(bench.recorder.lines.contains("error The job does not pass: only the first"))
  }

  @Test func ofRepetitionsEachCounts() async throws {
    let block = Self.test(repeatCount: 3) { $0 == 3 ? "c" : "a" }
    let bench = try Bench([block, finalizeBlock()])
    #expect(await bench.runner.run().failure?.message == "a; c")
  }

  @Test(arguments: [(Failure.Kind.test, "broken 1; a is not done"), (.infrastructure, "broken 1"), (.job, "broken 1")])
  func aJobThatIsStopped(_ kind: Failure.Kind, _ message: String) async throws {
    let bench = try Bench([Self.test(failing: 1...1, kind) { _ in "a is not done" }, finalizeBlock()])
    let outcome = await bench.runner.run()
    #expect(outcome.failure?.kind == kind)
    #expect(outcome.failure?.message == message)
    #expect(outcome.wasStopped)
  }

  @Test func theResultTellsSomeAndTheLogAll() async throws {
    let shell = Action("lava-test-shell") { run in
      for number in 1...22 { run.fallShort("\(number)") }
    }
    let bench = try Bench([Block(.test, shell), finalizeBlock()])
    let message = await bench.runner.run().failure?.message
    #expect(message == (1...20).map { "\($0); " }.joined() + "and 2 more, all in the log")
    #expect(bench.recorder.lines.contains("error The job does not pass: 22"))
  }
}
