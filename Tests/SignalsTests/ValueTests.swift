// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Signals

/// Values that LAVA would lose a result for (docs/Signals.md, "Values").
@Suite struct ValueTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var parameters: String
    var result: TestCaseResult?
    var warnings: [String] = []
    var testDescription: String { parameters }

    init(_ parameters: String, _ result: TestCaseResult?, _ warnings: String...) {
      self.parameters = parameters
      self.result = result
      self.warnings = warnings
    }
  }

  private static func reasoned(_ testCase: String, _ result: String, _ reason: String) -> TestCaseResult {
    var found = TestCaseResult.first(testCase, result)
    found.reason = reason
    return found
  }

  private static let notAWord = "is none of pass, fail, skip and unknown, and counts as unknown"

  static let cases: [Case] = [
    Case("TEST_CASE_ID=a RESULT=pass UNITS=MB/s MEASUREMENT=4.5", .first("a", measurement: 4.5, units: "MB/s")),
    Case("test_case_id=a=b Result=skip", .first("a=b", "skip"), name("a=b")),
    Case("TEST_CASE_ID=a RESULT=PASS FOO=bar", .first("a")),
    // Words.
    Case("TEST_CASE_ID=a RESULT=warn", reasoned("a", "unknown", "warn"), "Test case 'a': 'warn' \(notAWord)"),
    Case("TEST_CASE_ID=a", reasoned("a", "unknown", "no result"), "Test case 'a': '' \(notAWord)"),
    Case("TEST_CASE_ID=a RESULT=fail REASON=timed-out", reasoned("a", "fail", "timed-out")),
    Case(
      "TEST_CASE_ID=a RESULT=warn REASON=hot",
      reasoned("a", "unknown", "hot"),
      "Test case 'a': 'warn' \(notAWord)"
    ),
    Case("TEST_CASE_ID=sp ace RESULT=pass", .first("sp"), "Test case 'sp': 'ace' is no parameter and is left out"),
    Case("RESULT=pass", nil), Case("TEST_CASE_ID= RESULT=pass", nil),
    // Measurements.
    Case("TEST_CASE_ID=a RESULT=pass MEASUREMENT=1,5", .first("a", measurement: 1.5), taken("1,5", "1.5")),
    Case(
      "TEST_CASE_ID=a RESULT=pass MEASUREMENT=5ms",
      .first("a", measurement: 5, units: "ms"),
      taken("5ms", "5.0 ms")
    ),
    Case(
      "TEST_CASE_ID=a RESULT=pass MEASUREMENT=5ms UNITS=s",
      .first("a", measurement: 5, units: "s"),
      taken("5ms", "5.0 s")
    ),
    Case(
      "TEST_CASE_ID=a RESULT=pass MEASUREMENT=-1,5e3%",
      .first("a", measurement: -1500, units: "%"),
      taken("-1,5e3%", "-1500.0 %")
    ),
    Case(
      "TEST_CASE_ID=a RESULT=pass MEASUREMENT=3eggs",
      .first("a", measurement: 3, units: "eggs"),
      taken("3eggs", "3.0 eggs")
    ),
    Case("TEST_CASE_ID=a RESULT=pass MEASUREMENT=nan UNITS=s", .first("a"), noNumber("nan")),
    Case("TEST_CASE_ID=a RESULT=pass MEASUREMENT=-inf", .first("a"), noNumber("-inf")),
    Case("TEST_CASE_ID=a RESULT=pass MEASUREMENT=0x10", .first("a"), noNumber("0x10")),
    Case("TEST_CASE_ID=a RESULT=pass MEASUREMENT=1,000,000", .first("a"), noNumber("1,000,000")),
    Case("TEST_CASE_ID=a RESULT=pass MEASUREMENT=1.2.3", .first("a"), noNumber("1.2.3")),
    Case("TEST_CASE_ID=a RESULT=pass MEASUREMENT=abc", .first("a"), noNumber("abc")),
    Case("TEST_CASE_ID=a RESULT=pass MEASUREMENT=", .first("a"), noNumber("")),
    // Escaped by our helpers.
    Case("TEST_CASE_ID=a%20b RESULT=pass ESCAPED=yes", .first("a b"), name("a b")),
    Case("TEST_CASE_ID=a%20b RESULT=pass", .first("a%20b"), name("a%20b")),
    Case("TEST_CASE_ID=a%3Eb%25%0A%7F RESULT=pass ESCAPED=yes", .first("a>b%\n\u{7F}"), name("a>b%\n\u{7F}")),
    Case("TEST_CASE_ID=%1B[31mred%1B[0m%00 RESULT=pass ESCAPED=yes", .first("red")),
    Case(
      "TEST_CASE_ID=a RESULT=fail REASON=no%20disk:%20<x ESCAPED=yes",
      reasoned("a", "fail", "no disk: <x")
    ),
    Case(
      "TEST_CASE_ID=a RESULT=pass UNITS=per%20cent MEASUREMENT=5%20ms ESCAPED=yes",
      .first("a", measurement: 5, units: "per cent"),
      taken("5 ms", "5.0 per cent")
    ),
    // Control sequences that a program has put there.
    Case("TEST_CASE_ID=\u{1B}[1;31mred\u{1B}[0m RESULT=pa\0ss", .first("red")),
  ]

  private static func taken(_ text: String, _ value: String) -> String {
    "Test case 'a': the measurement '\(text)' is taken for \(value)"
  }

  private static func noNumber(_ text: String) -> String {
    "Test case 'a': the measurement '\(text)' is no number and is left out"
  }

  private static func name(_ name: String, _ kind: String = "test case") -> String {
    "The name '\(name)' of a \(kind) is not valid in a URL: a LAVA server drops its results"
  }

  @Test(arguments: cases)
  func reportsWhatCanBeUsed(_ example: Case) {
    var trial = Trial()
    trial.feed(Trial.startRun)
    trial.feed("<LAVA_SIGNAL_TESTCASE \(example.parameters)>\r\n")
    #expect(trial.cases == [example.result].compactMap { $0 })
    #expect(trial.logs(.warning) == example.warnings)
    #expect(trial.logs(.error).count == (example.result == nil ? 1 : 0))
    // A name is told once.
    trial.feed("<LAVA_SIGNAL_TESTCASE \(example.parameters)>\r\n")
    #expect(trial.logs(.warning).filter { $0.hasPrefix("The name") }.count <= 1)
  }

  @Test func otherEscapedSignals() {
    var trial = Trial()
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_STARTTC a%20b ESCAPED=yes>\r\n<LAVA_SIGNAL_ENDTC a%20b ESCAPED=yes>\r\n")
    trial.feed("<LAVA_SIGNAL_TESTSET START my%20set ESCAPED=yes>\r\n<LAVA_SIGNAL_TESTEVENT 50 %25 %3E ESCAPED=yes>\r\n")
    trial.feed(
      "<LAVA_SIGNAL_TESTREFERENCE a%20b pass http://x/%3C ESCAPED=yes>\r\n<LAVA_SIGNAL_TESTEVENT ESCAPED=yes>\r\n"
    )
    #expect(
      trial.effects.contains(.mark(testCase: "a b", .start)) && trial.effects.contains(.mark(testCase: "a b", .end))
    )
    #expect(trial.logs(.event) == ["50 % >", "ESCAPED=yes"])
    let reference = ReferenceResult(
      definition: "0_first",
      testCase: "a b",
      result: "pass",
      reference: "http://x/<",
      set: "my set",
      integrity: .unverified
    )
    #expect(trial.results == [.reference(reference)])
    #expect(trial.logs(.warning) == [Self.name("my set", "test set")])
  }

  /// LAVA's rules know no escapes.
  @Test func lavaTakesEscapesAsTheyAre() {
    var configuration = Trial.first
    configuration.lavaVerdicts = true
    var trial = Trial(configuration)
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a%20b RESULT=pass ESCAPED=yes>\r\n")
    #expect(trial.cases == [.first("a%20b")])
    #expect(trial.logs(.warning) == [])
  }
}
