// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Signals

/// Signals and what they lead to: spec signals §3, 4, 6–8 and the vectors of §14.
@Suite struct TestShellMachineTests {
  /// A TESTCASE signal after STARTRUN, by LAVA's rules: its parameters, and either a result or an error.
  struct Case: Sendable, CustomTestStringConvertible {
    var parameters: String
    var result: TestCaseResult?
    var error: String?
    var testDescription: String { parameters }
  }

  static let cases: [Case] = [
    // §14
    Case(
      parameters: "TEST_CASE_ID=c3 RESULT=pass UNITS=MB/s MEASUREMENT=4.5",
      result: .first("c3", measurement: 4.5, units: "MB/s")
    ),
    Case(parameters: "TEST_CASE_ID=c5 RESULT=bogus", error: "Bad test result: 'bogus'"),
    Case(
      parameters: "TEST_CASE_ID=sp ace RESULT=pass",
      error: "Ignoring malformed parameter for signal: \"ace\". "
    ),
    Case(parameters: "TEST_CASE_ID=c7 RESULT=pass MEASUREMENT=abc", error: "Invalid measurement 'abc'"),
    Case(
      parameters: "TEST_CASE_ID=m1 RESULT=pass UNITS=x MEASUREMENT=1e3",
      result: .first("m1", measurement: 1000, units: "x")
    ),
    Case(parameters: "TEST_CASE_ID=m10 RESULT=PASS", result: .first("m10")),
    Case(parameters: "TEST_CASE_ID=m11 RESULT=pass FOO=bar", result: .first("m11")),
    Case(parameters: "RESULT=pass TEST_CASE_ID=m8", result: .first("m8")),
    // §3.4
    Case(parameters: "test_case_id=a=b Result=skip", result: .first("a=b", "skip")),
    Case(parameters: "TEST_CASE_ID=a RESULT=fail RESULT=unknown", result: .first("a", "unknown")),
    Case(parameters: "TEST_CASE_ID=a RESULT=pass UNITS=s", result: .first("a")),
    Case(parameters: "TEST_CASE_ID=a RESULT=pass UNITS= MEASUREMENT=1", result: .first("a", measurement: 1, units: "")),
    // The first parameter that is wrong is named.
    Case(parameters: "TEST_CASE_ID=a MEASUREMENT=x RESULT=y", error: "Invalid measurement 'x'"),
    Case(parameters: "TEST_CASE_ID=a RESULT=y MEASUREMENT=x", error: "Bad test result: 'y'"),
    Case(
      parameters: "RESULT=pass",
      error: "Test case results without test_case_id (probably a sign of an incorrect parsing pattern being used): "
        + "{'result': 'pass'}"
    ),
    Case(
      parameters: "TEST_CASE_ID=a Units=s",
      error: "Test case results without result (probably a sign of an incorrect parsing pattern being used): "
        + "{'test_case_id': 'a', 'units': 's'}"
    ),
  ]

  @Test(arguments: cases)
  func reportsACase(_ example: Case) {
    var configuration = Trial.first
    configuration.lavaVerdicts = true
    var trial = Trial(configuration)
    trial.feed(Trial.startRun)
    trial.effects = []
    trial.feed("<LAVA_SIGNAL_TESTCASE \(example.parameters)>\r\n")
    #expect(trial.effects.first == .log(.debug, "Received signal: <TESTCASE> \(example.parameters)"))
    #expect(trial.cases == [example.result].compactMap { $0 })
    #expect(trial.logs(.error) == [example.error].compactMap { $0 })
  }

  @Test func aWholeRun() {
    var trial = Trial()
    trial.feed(Trial.startRun, at: .seconds(10))
    trial.feed("<LAVA_SIGNAL_STARTTC a>\r\nout\r\n<LAVA_SIGNAL_ENDTC a>\r\n", at: .seconds(11))
    trial.feed("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>\r\n" + Trial.endRun, at: .milliseconds(12_345))
    let rest = trial.feed(Trial.exit + "$ ", at: .seconds(13))
    let expected: [ShellEffect] = [
      .log(.debug, "Received signal: <STARTRUN> 0_first 4242_1.2.1"),
      .log(.info, "Starting test lava.0_first (4242_1.2.1)"),
      .log(.info, "Skipping test definition patterns."),
      .log(.debug, "Received signal: <STARTTC> a"), .mark(testCase: "a", .start),
      .log(.debug, "Received signal: <ENDTC> a"), .mark(testCase: "a", .end),
      .log(.debug, "Received signal: <TESTCASE> TEST_CASE_ID=a RESULT=pass"), .mark(testCase: "a", .testCase),
      .result(.testCase(.first("a"))),
      .log(.debug, "Received signal: <ENDRUN> 0_first 4242_1.2.1"),
      .log(.info, "Ending use of test pattern."),
      .log(.info, "Ending test lava.0_first (4242_1.2.1), duration 2.35"),
      .result(.runEnded(definition: "0_first", uuid: "4242_1.2.1", duration: .milliseconds(2_345))),
      .report(ShellReport(definition: "0_first", entries: [.init(testCase: "a", result: "pass")])),
      .log(.info, "ok: lava_test_shell seems to have completed"),
      .signals(SignalTally([.unverified: 4])), .finished,
    ]
    #expect(trial.effects == expected)
    // What follows EXIT is not read.
    #expect(rest == Trial.exit.utf8.count - 2)
    #expect(trial.feed("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=late RESULT=pass>\r\n") == 0)
    #expect(trial.effects == expected)
  }

  @Test func theMarkerIsTheFirstParameter() {
    var trial = Trial()
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_TESTCASE RESULT=pass TEST_CASE_ID=m8>\r\n")
    #expect(trial.effects.contains(.mark(testCase: "RESULT=pass", .testCase)))
  }

  @Test func sets() {
    var trial = Trial()
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_TESTSET START set1 more>\r\n<LAVA_SIGNAL_TESTSET OTHER x>\r\n")
    trial.feed("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=c6 RESULT=pass>\r\n<LAVA_SIGNAL_TESTSET STOP>\r\n")
    trial.feed("<LAVA_SIGNAL_TESTSET STOP >\r\n<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=c7 RESULT=pass>\r\n")
    #expect(trial.cases == [.first("c6", set: "set1"), .first("c7")])
    #expect(
      trial.logs(.info).suffix(3) == ["Starting test_set set1", "Closing test_set set1", "Closing test_set None"]
    )
    trial.feed("<LAVA_SIGNAL_TESTSET START>\r\n")
    #expect(trial.failure == ShellFailure(.job, "Test set declared without a name"))
  }

  /// Only STOP and the end of the shell close a set (§3.2).
  @Test func aSetOutlivesItsDefinition() {
    var trial = Trial()
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_TESTSET START s>\r\n" + Trial.endRun)
    trial.feed("<LAVA_SIGNAL_STARTRUN 1_next u>\r\n<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>\r\n")
    #expect(trial.cases.map(\.set) == ["s"])
    #expect(trial.cases.map(\.definition) == ["1_next"])
  }

  @Test func references() {
    var trial = Trial()
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_TESTREFERENCE ref1 anything http://x/y>\r\n")
    let reference = ReferenceResult(
      definition: "0_first",
      testCase: "ref1",
      result: "anything",
      reference: "http://x/y",
      integrity: .unverified
    )
    #expect(trial.results == [.reference(reference)])
    trial.feed("<LAVA_SIGNAL_TESTREFERENCE ref1 pass http://x/y z>\r\n")
    #expect(trial.failure == ShellFailure(.test, "Invalid use of TESTREFERENCE"))
  }

  @Test func raise() {
    var trial = Trial()
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_TESTRAISE boom \t now>\r\n", at: .seconds(1))
    #expect(
      trial.effects.suffix(4) == [
        .log(.error, "Marking unfinished test run as failed"),
        .result(.runUnfinished(definition: "0_first", uuid: "4242_1.2.1", duration: .zero)),
        .signals(SignalTally([.unverified: 1])), .failed(ShellFailure(.test, "boom now")),
      ]
    )
  }

  @Test func eventsAndFeedback() {
    var configuration = Trial.first
    configuration.feedbackNamespaces = ["other"]
    var trial = Trial(configuration)
    trial.feed(
      "<LAVA_SIGNAL_TESTEVENT a  b>\r\n<LAVA_SIGNAL_TESTFEEDBACK other>\r\n<LAVA_SIGNAL_TESTFEEDBACK nope>\r\n"
    )
    #expect(trial.logs(.event) == ["a b"])
    #expect(trial.logs(.info) == ["Requesting feedback from namespace: other"])
    #expect(trial.effects.contains(.requestFeedback(namespace: "other")))
    #expect(trial.logs(.error) == ["%s is not a valid namespace"])
  }

  /// The host's own echo among them.
  @Test func unknownSignalsAreOnlyLogged() {
    var trial = Trial()
    trial.feed("<LAVA_SIGNAL_RETRUNCODE 0>\r\n")
    #expect(trial.effects == [.log(.debug, "Received signal: <RETRUNCODE> 0")])
  }

  @Test func aCaseBeforeItsRun() {
    var trial = Trial()
    trial.feed("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>\r\n")
    #expect(
      trial.logs(.error) == [
        "Unknown test uuid. The STARTRUN signal for this test action was not received correctly."
      ]
    )
    #expect(trial.failure == ShellFailure(.test, "Invalid TESTCASE signal"))
  }

  @Test(arguments: ["STARTRUN 0_first", "ENDRUN 0_first"])
  func runSignalsNeedTwoWords(signal: String) {
    var trial = Trial()
    trial.feed("<LAVA_SIGNAL_\(signal)>\r\n")
    #expect(trial.failure == ShellFailure(.test, "Invalid signal"))
  }

  @Test func anEndWithoutABeginning() {
    var trial = Trial()
    trial.feed(Trial.endRun, at: .seconds(5))
    #expect(trial.results == [.runEnded(definition: "0_first", uuid: "4242_1.2.1", duration: .zero)])
  }

  @Test func installFails() {
    var trial = Trial()
    trial.feed("<LAVA_TEST_RUNNER INSTALL_FAIL>\r\n", at: .seconds(3))
    trial.feed(Trial.exit, at: .seconds(4))
    #expect(trial.results == [.stageFailed(stage: 0, duration: .seconds(1))])
    #expect(
      trial.logs(.error) == [
        "Unable to start stage 0. Read the log for more details.", "Marking unfinished test run as failed",
      ]
    )
    #expect(trial.failure == ShellFailure(.test, "['Unable to start test stage 0']"))
  }

  /// §14: run.sh dies, and the job passes.
  @Test func aRunThatDies() {
    var trial = Trial()
    trial.feed("<LAVA_SIGNAL_STARTRUN 1_second u2>\r\n")
    trial.feed(Trial.exit, at: .seconds(2))
    #expect(trial.results == [.runUnfinished(definition: "1_second", uuid: "u2", duration: .seconds(2))])
    #expect(trial.effects.last == .finished)
  }

  /// LAVA forgets a run that died when the next one starts; we do not.
  @Test(arguments: [true, false])
  func aRunThatDiesBeforeAnother(lavaVerdicts: Bool) {
    var configuration = Trial.first
    configuration.lavaVerdicts = lavaVerdicts
    var trial = Trial(configuration)
    trial.feed("<LAVA_TEST_RUNNER INSTALL_FAIL>\r\n" + Trial.startRun)
    // A second print of the same line, say in the kernel's log, is no second run.
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_STARTRUN 1_b u>\r\n<LAVA_SIGNAL_ENDRUN 1_b u>\r\n")
    let lost: [ShellResult] = [
      .stageFailed(stage: 0, duration: .zero),
      .runUnfinished(definition: "0_first", uuid: "4242_1.2.1", duration: .zero),
    ]
    let ended = ShellResult.runEnded(definition: "1_b", uuid: "u", duration: .zero)
    #expect(trial.results == (lavaVerdicts ? [] : lost) + [ended])
  }

  @Test(
    arguments: [
      (.endOfStream, .failed(ShellFailure(.connectionClosed, "Connection closed"))), (.prompt, .finished),
      (.timeout, nil), (.canceled, nil),
    ] as [(TestShellMachine.EndReason, ShellEffect?)]
  )
  func ends(reason: TestShellMachine.EndReason, effect: ShellEffect?) {
    var trial = Trial()
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=held RESULT=pass>")
    trial.end(reason, at: .seconds(9))
    let unfinished = ShellResult.runUnfinished(definition: "0_first", uuid: "4242_1.2.1", duration: .seconds(9))
    #expect(trial.results == [.testCase(.first("held")), unfinished])
    #expect(trial.effects.last == effect ?? .result(unfinished))
    #expect(trial.stream.isOver)
    let count = trial.effects.count
    trial.end(.endOfStream)
    #expect(trial.effects.count == count)
  }

  @Test func callsOfAGroup() {
    var configuration = Trial.first
    configuration.isMultinode = true
    var trial = Trial(configuration)
    trial.feed(
      "<LAVA_MULTI_NODE> <LAVA_SEND id junk a=b c my-key=1 d=>\r\n<LAVA_MULTI_NODE> <LAVA_WAIT_ALL id role>\r\n"
    )
    #expect(
      trial.effects == [
        .log(.debug, "Received Multi_Node API <LAVA_SEND>"),
        .multinode(MultinodeCall(name: "SEND", arguments: ["id junk", "a=b c my-key=1", "d="]), nil),
        .log(.debug, "Received Multi_Node API <LAVA_WAIT_ALL>"),
        .multinode(MultinodeCall(name: "WAIT_ALL", arguments: ["id", "role"]), nil),
      ]
    )
  }

  /// Outside a group the call's pattern is not there (§1), and what stands inside it is a signal.
  @Test func callsOutsideAGroup() {
    var trial = Trial()
    trial.feed("<LAVA_MULTI_NODE> <LAVA_SEND id>\r\n<LAVA_MULTI_NODE> <LAVA_SIGNAL_TESTEVENT e>\r\n")
    #expect(trial.effects == [.log(.debug, "Received signal: <TESTEVENT> e"), .log(.event, "e")])
  }
}
