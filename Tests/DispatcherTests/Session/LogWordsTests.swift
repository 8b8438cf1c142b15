// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Pipeline
import Testing

@testable import Dispatcher

/// What stands in the log of commands and typed lines, in LAVA's words (spec results-and-log §2). Lists and texts are
/// written as Python's `repr` does.
@Suite struct LogWordsTests {
  private static let device = """
    hostname: board
    commands: {connect: 'true', hard_reset: [echo one, "false"]}
    power: {failure_retry: 1}
    actions: {deploy: {methods: {overlay: }}, boot: {methods: {minimal: }}}

    """

  /// Runs a step beside a board that swallows everything.
  ///
  /// - Returns: the failure's words, and the lines but those that every action has.
  private static func run(
    _ step: @escaping @Sendable (JobContext, BoardSession, ActionRun) async throws(Failure) -> Void
  ) async throws -> (failure: String?, lines: [String]) {
    let job = try Sample.job(
      "job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n- boot: {method: minimal}\n"
    )
    let context = Sample.context(job, try Sample.device(Self.device))
    let keeper = LineKeeper()
    let failure = await SmallBoard.run(keeper, ManualClock(), board: "stty -echo; exec cat > /dev/null") {
      session,
      run throws(Failure) in
      context.withState(of: "common") { $0.session = session }
      try await step(context, session, run)
    }
    return (failure, keeper.all.filter { !$0.hasPrefix("info ") && !$0.hasPrefix("exception ") })
  }

  @Test(arguments: [
    (["true"], ["debug Calling: ['true']", "debug Returned 0 in 0 seconds"]),
    (["echo \"it's\""], [#"debug Calling: ['echo', "it's"]"#, "debug >> it's", "debug Returned 0 in 0 seconds"]),
    (
      ["sh -c 'echo on; echo off; exit 3'"],
      [
        "debug Calling: ['sh', '-c', 'echo on; echo off; exit 3']", "debug >> on", "debug >> off",
        "debug Returned 3 in 0 seconds", "error Unable to run: ['sh', '-c', 'echo on; echo off; exit 3']",
      ]
    ),
    // Python's number for a signal.
    (
      ["sh -c 'kill -9 $$'"],
      [
        "debug Calling: ['sh', '-c', 'kill -9 $$']", "debug Returned -9 in 0 seconds",
        "error Unable to run: ['sh', '-c', 'kill -9 $$']",
      ]
    ),
  ])
  func commandsOnTheHost(_ commands: [String], _ expected: [String]) async throws {
    let (failure, lines) = try await Self.run { context, _, run throws(Failure) in
      try await context.runOnHost(commands, run)
    }
    // What follows is the end of the job.
    #expect(lines.prefix(expected.count) == expected[...])
    #expect((failure == nil) == (lines == expected))
  }

  @Test func aResetThatFails() async throws {
    let (failure, lines) = try await Self.run { context, _, run throws(Failure) in
      let reset = ResetActions(context: context, namespace: "common").actions.first?.children.first
      try await reset?.run?(run)
    }
    #expect(failure == "Unable to reboot: 'false' failed")
    #expect(
      lines.prefix(6) == [
        "debug Calling: ['echo', 'one']", "debug >> one", "debug Returned 0 in 0 seconds",
        "debug Calling: ['false']", "debug Returned 1 in 0 seconds", "error Unable to run: ['false']",
      ]
    )
  }

  @Test func typedLines() async throws {
    let (failure, lines) = try await Self.run { _, session, _ throws(Failure) in
      session.setPrompts(["~# $", #"it's\s"#])
      try await session.type("echo it's")
      session.setCharacterDelay(.milliseconds(2))
      try await session.type("a\\b")
      try await session.type("hush", isSecret: true)
    }
    #expect(failure == nil)
    #expect(
      lines == [
        #"debug Setting prompt string to ['~# $', "it's\\s"]"#,
        #"debug Sending line: "echo it's""#, "input echo it's",
        "debug Sending with 2 millisecond of delay", #"debug Sending line: 'a\\b'"#, #"input a\b"#,
        "debug Sending with 2 millisecond of delay", "debug Sending line: '********'",
      ]
    )
  }
}
