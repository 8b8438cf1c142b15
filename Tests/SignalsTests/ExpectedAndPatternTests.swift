// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Signals

/// Lists of expected cases (spec signals §8) and `parse` blocks (§3.1, 7).
@Suite struct ExpectedAndPatternTests {
  static func expecting(_ cases: [String], byJob: Bool = false) -> TestShellMachine.Configuration {
    .init(definitions: [
      .init(suite: "0_first", uuid: "4242_1.2.1", expected: cases, isExpectedByJob: byJob),
      .init(suite: "1_second", uuid: "u2", expected: ["z"], isExpectedByJob: byJob),
    ])
  }

  @Test func unexpectedAndMissingCases() {
    var trial = Trial(Self.expecting(["b", "a", "ref", "B", "é"]))
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>\r\n")
    trial.feed(
      "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=x RESULT=pass>\r\n<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=y RESULT=fail>\r\n"
    )
    // A reference does not count as a report.
    trial.feed("<LAVA_SIGNAL_TESTREFERENCE ref pass u>\r\n<LAVA_SIGNAL_TESTSET START s>\r\n" + Trial.endRun)
    #expect(trial.cases == [.first("a"), .first("x", "fail"), .first("y", "fail")])
    #expect(
      trial.results.suffix(5) == ["B", "b", "ref", "é"].map {
        .missingCase(definition: "0_first", testCase: $0, set: "s")
      } + [.runEnded(definition: "0_first", uuid: "4242_1.2.1", duration: .zero)]
    )
    #expect(
      trial.logs(.warning) == [
        "'x' not found in expected test case list!", "Forcing unexpected 'x' result 'pass' to 'fail' ...",
        "'y' not found in expected test case list!", "Reporting missing expected test cases as 'fail' ...",
      ]
    )
  }

  @Test(arguments: [true, false])
  func missingCasesOfRunsThatDidNotEnd(byJob: Bool) {
    var trial = Trial(Self.expecting(["a", "b"], byJob: byJob))
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>\r\n" + Trial.exit)
    trial.effects = []
    trial.reportMissingCases()
    trial.reportMissingCases()
    let missing: [ShellResult] = [
      .missingCase(definition: "0_first", testCase: "b", set: nil),
      .missingCase(definition: "1_second", testCase: "z", set: nil),
    ]
    #expect(trial.results == (byJob ? missing : []))
  }

  static let parsing = TestShellMachine.Configuration(definitions: [
    .init(
      suite: "0_first",
      uuid: "4242_1.2.1",
      parse: .init(pattern: "(?P<test_case_id>.*): it's", fixups: [("OK", "pass"), ("KO", "fail")])
    ),
    .init(suite: "1_second", uuid: "u2", parse: .init(pattern: "x")),
  ])

  private static let lavaParsing = {
    var configuration = parsing
    configuration.lavaVerdicts = true
    return configuration
  }()

  /// What LAVA ends the job for is told, and the rest counts.
  @Test func valuesThatAreNotAsTheyShouldBe() {
    var trial = Trial(Self.parsing)
    trial.feed(Trial.startRun)
    trial.match(
      ParsePatternMatch(testCase: .text("a"), result: .text("OK"), measurement: .text(" 1,5 "), units: .text("s"))
    )
    trial.match(ParsePatternMatch(testCase: .text("b"), result: .text("meh"), measurement: .text("many")))
    var odd = TestCaseResult.first("b", "unknown")
    odd.reason = "meh"
    #expect(trial.cases == [.first("a", measurement: 1.5, units: "s"), odd])
    #expect(
      trial.logs(.warning) == [
        "Test case 'a': the measurement '1,5' is taken for 1.5 s",
        "Test case 'b': 'meh' is none of pass, fail, skip and unknown, and counts as unknown",
        "Test case 'b': the measurement 'many' is no number and is left out",
      ]
    )
  }

  @Test func aPatternLastsAsLongAsItsRun() {
    var trial = Trial(Self.lavaParsing)
    trial.match(ParsePatternMatch(testCase: .text("early"), result: .text("OK")))
    trial.feed(Trial.startRun)
    #expect(
      trial.effects.suffix(3) == [
        .log(.info, "Enabling test definition pattern \"(?P<test_case_id>.*): it's\""),
        .log(.info, "Enabling test definition fixup {'OK': 'pass', 'KO': 'fail'}"), .patternChanged(suite: "0_first"),
      ]
    )
    trial.feed(
      "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=c1 RESULT=OK>\r\n<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=c2 RESULT=PASS>\r\n"
    )
    trial.match(ParsePatternMatch(testCase: .text("t/1"), result: .text("KO"), measurement: .unmatched))
    trial.match(ParsePatternMatch(testCase: .text(" t 2"), result: .text("OK")))
    trial.match(
      ParsePatternMatch(testCase: .text("t3"), result: .text("meh"), measurement: .text(" 1e1 "), units: .text("s"))
    )
    trial.feed(Trial.endRun)
    #expect(trial.effects.contains(.patternChanged(suite: nil)))
    trial.match(ParsePatternMatch(testCase: .text("late"), result: .text("OK")))
    #expect(trial.cases == [.first("c1"), .first("t/1", "fail"), .first("t3", "meh", measurement: 10, units: "s")])
    #expect(trial.logs(.error) == ["Bad test result: 'PASS'"])
    #expect(trial.logs(.debug).contains("Skipping invalid test_case_id 't 2'"))
    #expect(trial.effects.contains(.mark(testCase: "t/1", .testCase)))
  }

  /// Without a fixupdict no word is mapped, not even the usual ones.
  @Test func aPatternWithoutFixups() {
    var trial = Trial(Self.lavaParsing)
    trial.feed("<LAVA_SIGNAL_STARTRUN 1_second u2>\r\n<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=PASS>\r\n")
    #expect(trial.logs(.info).last == "Enabling test definition fixup ''")
    #expect(trial.logs(.error) == ["Bad test result: 'PASS'"])
    trial.feed("<LAVA_SIGNAL_ENDRUN 1_second u2>\r\n<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=b RESULT=PASS>\r\n")
    #expect(trial.cases.map(\.testCase) == ["b"])
  }

  @Test(arguments: [
    (ParsePatternMatch(testCase: .text("a"), result: .absent), ShellFailure(.bug, "'result'")),
    (ParsePatternMatch(testCase: .absent, result: .text("OK")), ShellFailure(.bug, "'test_case_id'")),
    (
      ParsePatternMatch(testCase: .text("a"), result: .text("OK"), measurement: .text("1,5")),
      ShellFailure(.test, "Invalid measurement 1,5")
    ),
  ])
  func matchesThatEndTheShell(match: ParsePatternMatch, failure: ShellFailure) {
    var trial = Trial(Self.lavaParsing)
    trial.feed(Trial.startRun)
    trial.match(match)
    #expect(trial.failure == failure)
    #expect(trial.results == [.runUnfinished(definition: "0_first", uuid: "4242_1.2.1", duration: .zero)])
  }
}
