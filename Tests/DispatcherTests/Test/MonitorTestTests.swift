// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import JobModel
import Pipeline
import Testing
import YAMLDocument

@testable import Dispatcher

/// `monitors` (spec signals §10): LAVA's words and results, and the end that does not come.
@Suite(.timeLimit(.minutes(20))) struct MonitorTestTests {
  /// One monitor, of name `Unit Tests`.
  ///
  /// - Parameter more: further keys, YAML flow.
  private static func monitor(
    _ pattern: String = #"(?P<test_case_id>[^\r\n:]+): (?P<result>\w+)(?: (?P<measurement>\S+) (?P<units>\w+))?\r"#,
    _ more: String = "fixupdict: {PASS: pass, KO: fail}"
  ) -> String {
    "monitors:\n- {name: Unit Tests, start: BEGIN, end: DONE, pattern: '\(pattern)', \(more)}"
  }

  private static let timeout = "debug test monitoring timeout: 30 seconds"

  @Test func resultsAndWords() async throws {
    let board = try FakeBoard(
      test: Self.monitor(),
      script: #"""
        printf 'early: PASS\nBEGIN\n  Some -- Case : PASS\nb: pass 12.5 MB\nc: KO\nd: maybe\ne: skip 1,5 s\nDONE\nlate: PASS\n'
        cat
        """#
    )
    let outcome = try await board.run()
    #expect(outcome.failure == nil)
    #expect(
      outcome.results == [
        "unit-tests/some_case pass", "unit-tests/b pass 12.5 MB", "unit-tests/c fail", "unit-tests/e skip s",
      ]
    )
    #expect(
      outcome.records[1].logFields.map { "\($0.key.string ?? "")=\(YAMLEmitter.inline($0.value))" } == [
        "definition=unit-tests", "case=b", "level='1.1'", "result=pass", "measurement=12.5", "units=MB",
      ]
    )
    #expect(
      board.keeper.lines(of: "error", "warning") == [
        "error error: bad test results: maybe", "error Invalid measurement '1,5'",
      ]
    )
    let words = board.keeper.lines.filter { !$0.contains("error") }.drop { !$0.contains("start message") }
    #expect(
      Array(words.prefix(9)) == [
        "info Waiting for start message: BEGIN", "info ok: start string found, lava test monitoring started",
        Self.timeout, Self.timeout, Self.timeout, Self.timeout, Self.timeout, Self.timeout,
        "info ok: end string found, lava test monitoring stopped",
      ]
    )
  }

  /// Without a group for the result, what was measured has passed.
  @Test func measurementsWithoutResults() async throws {
    let board = try FakeBoard(
      test: Self.monitor(#"(?P<test_case_id>.*?) (?P<measurement>\S+) tcs"#, "expected: [a, b]"),
      script: "printf 'BEGIN a 1e3 tcs x! 5 tcs b many tcs DONE'; cat"
    )
    let outcome = try await board.run()
    #expect(outcome.failure == nil)
    #expect(outcome.results == ["unit-tests/a pass 1000.0", "unit-tests/x_ fail 5.0", "unit-tests/b fail"])
    #expect(
      board.keeper.lines(of: "error", "warning") == [
        "warning 'x_' not found in expected test case list!",
        "warning Forcing unexpected 'x_' result 'pass' to 'fail' ...", "error Invalid measurement 'many'",
        "warning Reporting missing expected test cases as 'fail' ...",
      ]
    )
    #expect(outcome.records.last?.level == "1.1")
  }

  /// Where LAVA passes over a monitor that never ended, it has failed here. The next one is watched all the same.
  @Test(arguments: [false, true]) func anEndThatDoesNotCome(isLAVAs: Bool) async throws {
    let clock = ManualClock()
    let board = try FakeBoard(
      test: Self.monitor() + "\n- {name: second, start: AGAIN, end: OVER, pattern: '(?P<test_case_id>x)(?P<result>y)'}",
      script: #"printf 'BEGIN\na: PASS\n'; read -r line; printf 'AGAIN OVER'; cat"#,
      clock: clock
    ) { $0.rules = isLAVAs ? .lava : .strict }
    async let outcome = board.run()
    await board.keeper.wait(for: Self.timeout, count: 2)
    await clock.sleepers(2)
    clock.advance(by: .seconds(30))
    await board.keeper.wait(for: "info Waiting for start message: AGAIN")
    let session = try board.context.session(of: "common")
    try await session.console.sendLine("go")
    let result = try await outcome
    #expect(result.failure == nil)
    #expect(result.results == ["unit-tests/a pass"] + (isLAVAs ? [] : ["lava/unit-tests fail"]))
    #expect(
      board.keeper.lines(of: "error", "warning") == ["warning err: lava test monitoring has timed out"]
        + (isLAVAs ? [] : ["error The end of the monitor 'Unit Tests' did not come: DONE"])
    )
    #expect(result.records.dropFirst().first?.duration == (isLAVAs ? nil : .seconds(30)))
  }

  @Test func aBeginThatDoesNotCome() async throws {
    let clock = ManualClock()
    let board = try FakeBoard(test: Self.monitor(), script: "printf 'a: PASS\n'; cat", clock: clock)
    async let outcome = board.run()
    await board.keeper.wait(for: "info Waiting for start message: BEGIN")
    await clock.sleepers(2)
    clock.advance(by: .seconds(30))
    let result = try await outcome
    #expect(result.failure?.kind == .job)
    #expect(result.failure?.message == "wait for prompt timed out")
    #expect(result.results == [])
  }

  @Test func aConsoleThatCloses() async throws {
    let board = try FakeBoard(test: Self.monitor(), script: #"printf 'BEGIN\na: PASS\n'"#)
    let outcome = try await board.run()
    #expect(outcome.failure?.kind == .connectionClosed)
    #expect(outcome.results == ["unit-tests/a pass", "lava/unit-tests fail"])
  }

  /// A test whose time is over says so, and which monitor it was.
  @Test func anActionWhoseTimeIsOver() async throws {
    let clock = ManualClock()
    let board = try FakeBoard(test: Self.monitor(), script: "printf 'BEGIN\n'; cat", clock: clock)
    async let outcome = board.run(connection: .seconds(200))
    await board.keeper.wait(for: "debug test monitoring timeout: 200 seconds")
    clock.advance(by: .seconds(100))
    let result = try await outcome
    #expect(result.failure?.kind == .test)
    #expect(result.failure?.message == "lava-test-monitor timed out after 100 seconds")
    #expect(result.results == ["lava/unit-tests fail"])
  }

  @Test(arguments: [
    (#"(?=a)(?P<test_case_id>)(?P<result>)"#, "pattern-matches-nothing"),
    (#"(?P<test_case_id>(a|a)+)x(?P<result>y)"#, "pattern-too-costly"),
  ])
  func aPatternThatComesToNoEnd(pattern: String, code: String) async throws {
    let board = try FakeBoard(
      test: Self.monitor(pattern),
      script: "printf 'BEGIN\n\(String(repeating: "a", count: 64))!\n'; cat"
    )
    let outcome = try await board.run()
    #expect(outcome.failure?.code == code)
    #expect(outcome.failure?.place?.line == 7)
    #expect(outcome.results == ["lava/unit-tests fail"])
  }

  @Test(arguments: [
    ("  A b ", "a_b"), ("a--b/c", "a_b_c"), ("Ünder_score 5²", "ünder_score_5²"), ("[x]", "_x_"), ("", ""),
  ])
  func namesOfCases(text: String, name: String) {
    #expect(MonitorReport.testCase(text) == name)
  }
}
