// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Signals

/// What ends a run, and what only looks like it (docs/Signals.md, "What the host does").
@Suite struct RunnerEndTests {
  private static let configuration = ModelBoard.configuration
  private static let starts = zip(ModelBoard.suites, ModelBoard.uuids).map { "<LAVA_SIGNAL_STARTRUN \($0) \($1)>\r\n" }
  private static let ends = zip(ModelBoard.suites, ModelBoard.uuids).map { "<LAVA_SIGNAL_ENDRUN \($0) \($1)>\r\n" }

  private static func signal(_ text: String, _ number: Int) -> String { line(text, number, nonce: ModelBoard.nonce) }

  private static func testCase(_ name: String, _ number: Int) -> String {
    signal("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=\(name) RESULT=pass>", number)
  }

  private static func reply(_ key: String, _ text: String) -> String { answer(key, text, nonce: ModelBoard.nonce) }

  /// A log of LAVA's own helpers on `cat`: its cases count as nobody's word, and nothing of it begins or ends a run.
  @Test func anOldLogOfLAVA() {
    var trial = Trial(Self.configuration)
    trial.feed(Self.starts[0] + Self.testCase("before", 1))
    trial.feed(
      """
      <LAVA_SIGNAL_STARTRUN 0_first 4000_1.2.1>\r
      <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=old RESULT=fail>\r
      <LAVA_SIGNAL_TESTRAISE old trouble>\r
      <LAVA_TEST_RUNNER INSTALL_FAIL>\r
      <LAVA_SIGNAL_ENDRUN 1_second 4242_1.2.5>\r
      <LAVA_SIGNAL_ENDRUN 0_first 4000_1.2.1>\r
      <LAVA_TEST_RUNNER EXIT>\r

      """
    )
    trial.feed(Self.testCase("after", 2) + Self.ends[0] + Self.starts[1] + Self.ends[1])
    trial.feed(Self.signal("<LAVA_TEST_RUNNER EXIT>", 3))
    #expect(
      trial.rows == [
        "0_first/before pass", "0_first/old fail", "0_first/after pass", "lava/0_first pass", "lava/1_second pass",
      ]
    )
    #expect(trial.integrities["0_first/old"] == .unverified)
    #expect(trial.effects.last == .finished)
    let refused = trial.logs(.warning).map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
    #expect(
      refused == [
        "The signal STARTRUN", "The signal TESTRAISE", "The signal INSTALL_FAIL", "The signal ENDRUN",
        "The signal ENDRUN", "The signal EXIT",
      ]
    )
  }

  @Test func theLogOfThisRun() {
    let own = Self.starts[0] + Self.testCase("a", 1) + Self.testCase("b", 2)
    var trial = Trial(Self.configuration)
    trial.feed(own + own + Self.ends[0] + Self.starts[1] + Self.ends[1] + Self.signal("<LAVA_TEST_RUNNER EXIT>", 3))
    #expect(trial.rows == ["0_first/a pass", "0_first/b pass", "lava/0_first pass", "lava/1_second pass"])
    #expect(trial.effects.last == .finished)
  }

  /// In a run without any trailer an EXIT may be LAVA's: the shell's prompt tells.
  @Test(arguments: [true, false])
  func anExitWithoutATrailer(isLAVAs: Bool) {
    var trial = Trial(Self.configuration)
    trial.feed(Self.starts[0] + "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>\r\n" + Self.ends[0] + Trial.exit)
    #expect(trial.rows == ["0_first/a pass", "lava/0_first pass"])
    #expect(!trial.stream.isOver && trial.stream.mayBeOver)
    if !isLAVAs {
      trial.feed(Self.starts[1] + Self.testCase("b", 1))
      #expect(!trial.stream.mayBeOver && trial.rows.last == "1_second/b pass")
    }
    trial.end(.prompt)
    #expect(trial.effects.last == .finished)
  }

  /// Brackets and a point do not make a line of the kernel.
  @Test func aNameThatLooksLikeATime() {
    var trial = Trial(Self.configuration)
    trial.feed(Self.starts[0] + "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=v[1.5] RESULT=pass>\r\n")
    #expect(trial.rows == ["0_first/v[1.5] pass"])
    trial.feed(Self.testCase("w[2.5]", 1) + "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=x[3.5] RESULT=pass>\r\n")
    trial.feed(Self.testCase("y", 2))
    #expect(trial.rows.dropFirst() == ["0_first/w[2.5] pass", "0_first/x[3.5] pass", "0_first/y pass"])
  }

  /// Thousands of signals of another run between two of this one.
  @Test func aLongLogOfAnotherRun() {
    var trial = Trial(Self.configuration)
    trial.feed(Self.starts[0] + Self.testCase("a", 1))
    for number in 1...3000 {
      trial.feed(line("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=old-\(number) RESULT=fail>", number, nonce: "0ld"))
    }
    trial.feed(Self.testCase("b", 2))
    #expect(trial.rows == ["0_first/a pass", "0_first/b pass"])
    trial.end(.prompt)
    #expect(trial.tally?.forgedCount == 3000 && trial.tally?.forged.count == 100)
    #expect(trial.tally?.lost == [])
  }

  /// The runner's EXIT is lost: its journal says that it is done.
  @Test func theJournalIsClosed() {
    let board = ModelBoard(cases: 2)
    var trial = Trial(Self.configuration)
    let exit = board.places.last!
    trial.feed(board.console[..<exit.lowerBound])
    #expect(!trial.stream.isEnded)
    #expect(trial.stream.question.selectors(limit: 100) == "9- +")
    trial.feed(board.answers(to: "9- +"))
    #expect(trial.rows == ModelBoard.results(cases: 2))
    #expect(trial.logs(.info).contains("ok: lava_test_shell seems to have completed"))
    #expect(trial.effects.last == .finished)
  }

  /// The runner was killed: nothing closes its journal, but the shell answers.
  @Test func theRunnerWasKilled() {
    var trial = Trial(Self.configuration)
    trial.feed(Self.starts[0] + Self.testCase("a", 1))
    trial.feed(Self.reply("+1/0", "begin 0_first") + Self.reply("=1/1", "journal"))
    #expect(!trial.stream.isEnded && trial.stream.wholeAnswerCount == 1 && trial.stream.question.isEmpty)
    trial.end(.prompt)
    #expect(trial.rows == ["0_first/a pass", "lava/0_first fail"])
    #expect(trial.effects.last == .finished)
  }

  /// A recorded console that ends behind an answer: whoever asked had the prompt.
  @Test func aRecordEndsBehindAnAnswer() {
    var trial = Trial(Self.configuration)
    trial.feed(Self.starts[0] + Self.testCase("a", 1))
    trial.feed(Self.reply("+1/0", "begin 0_first") + Self.reply("=1/1", "journal"))
    trial.end(.endOfStream)
    #expect(trial.effects.last == .finished)
  }

  /// A script that fails under `set -e`: its status is told, the next definition runs on at once.
  @Test func aScriptThatFails() {
    var trial = Trial(Self.configuration)
    trial.feed(Self.starts[0] + Self.testCase("a", 1) + Self.starts[1] + Self.testCase("b", 2) + Self.ends[1])
    #expect(trial.rows == ["0_first/a pass", "1_second/b pass"])
    trial.feed(Self.signal("<LAVA_TEST_RUNNER EXIT>", 3))
    #expect(trial.stream.question.selectors(limit: 100) == "+")
    for (index, mark) in ["begin 0_first", "exit 0_first 3", "begin 1_second", "exit 1_second 0", "end 3"].enumerated()
    {
      trial.feed(Self.reply("+\(index + 1)/\([0, 1, 1, 2, 3][index])", mark))
    }
    #expect(trial.rows == ["0_first/a pass", "1_second/b pass", "lava/1_second pass", "lava/0_first fail"])
    #expect(trial.logs(.error) == ["0_first: run.sh ended with status 3", "Marking unfinished test run as failed"])
    #expect(trial.effects.last == .finished)
  }

  /// By LAVA's rules a run that died before another began is forgotten; one whose ENDRUN is lost is not.
  @Test(arguments: [0, 3])
  func aScriptThatFailsUnderLAVAsRules(status: Int) {
    var configuration = Self.configuration
    configuration.lavaVerdicts = true
    var trial = Trial(configuration)
    trial.feed(Self.starts[0] + Self.testCase("a", 1) + Self.starts[1] + Self.ends[1])
    trial.feed(Self.signal("<LAVA_TEST_RUNNER EXIT>", 2))
    let marks = ["begin 0_first", "exit 0_first \(status)", "begin 1_second", "exit 1_second 0", "end 2"]
    for (index, mark) in marks.enumerated() { trial.feed(Self.reply("+\(index + 1)/\([0, 1, 1, 1, 2][index])", mark)) }
    #expect(trial.rows == ["0_first/a pass", "lava/1_second pass"] + (status == 0 ? ["lava/0_first pass"] : []))
    #expect(trial.effects.last == .finished)
  }

  /// LAVA has a suite failed that leaves its script by `exit 0`, and prints no ENDRUN. The trace of the shell tells it from
  /// an ENDRUN that is lost.
  @Test(arguments: ["+ exit 0\r\n", "+ exit\r\n", ""])
  func aScriptThatIsLeft(trace: String) {
    var trial = Trial(Self.configuration)
    trial.feed(Self.starts[0] + Self.testCase("a", 1) + trace + Self.starts[1] + Self.ends[1])
    trial.feed(Self.signal("<LAVA_TEST_RUNNER EXIT>", 2))
    for (index, mark) in ["begin 0_first", "exit 0_first 0", "begin 1_second", "exit 1_second 0", "end 2"].enumerated()
    {
      trial.feed(Self.reply("+\(index + 1)/\([0, 1, 1, 1, 2][index])", mark))
    }
    #expect(
      trial.rows.filter { $0.contains("0_first") } == [
        "0_first/a pass", "lava/0_first \(trace.isEmpty ? "pass" : "fail")",
      ]
    )
  }

  @Test func aDefinitionThatCannotBeInstalled() {
    var trial = Trial(Self.configuration)
    trial.feed(
      Self.signal("<LAVA_TEST_RUNNER INSTALL_FAIL>", 1) + Self.starts[1] + Self.testCase("b", 2) + Self.ends[1]
    )
    trial.feed(Self.signal("<LAVA_TEST_RUNNER EXIT>", 3))
    #expect(trial.rows == ["lava/stage_0 fail", "1_second/b pass", "lava/1_second pass"])
    #expect(trial.failure?.message == "['Unable to start test stage 0']")
  }

  /// What an install.sh says comes before the STARTRUN of its definition.
  @Test func signalsOfAnInstallation() {
    var trial = Trial(Self.configuration)
    trial.feed(Self.starts[0] + Self.ends[0] + Self.signal("<LAVA_SIGNAL_TESTEVENT installing>", 1))
    #expect(trial.logs(.event) == [])
    trial.feed(Self.starts[1] + Self.testCase("b", 2))
    #expect(trial.logs(.event) == ["installing"])
    #expect(trial.rows == ["lava/0_first pass", "1_second/b pass"])
  }

  /// A test that raises ends the job, but not before what is missing before it was asked for.
  @Test func aRaiseBehindAGap() {
    var trial = Trial(Self.configuration)
    trial.feed(Self.starts[0] + Self.testCase("a", 1) + Self.signal("<LAVA_SIGNAL_TESTRAISE no point>", 3))
    #expect(trial.stream.isEnded && trial.stream.isAborted && !trial.stream.isOver)
    #expect(trial.stream.question.selectors(limit: 100) == "2")
    // What still runs is nobody's business.
    trial.feed(Self.signal("<LAVA_TEST_RUNNER EXIT>", 4))
    trial.feed(Self.reply("2", "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=b RESULT=fail>"))
    #expect(trial.rows == ["0_first/a pass", "0_first/b fail", "lava/0_first fail"])
    #expect(trial.failure == ShellFailure(.test, "no point"))
  }

  /// A call of the group cannot wait: the board does.
  @Test func aCallBehindAGap() {
    var configuration = Self.configuration
    configuration.isMultinode = true
    var trial = Trial(configuration)
    trial.feed(Self.starts[0] + Self.signal("<LAVA_MULTI_NODE> <LAVA_SYNC go>", 2) + Self.testCase("c", 3))
    #expect(trial.calls.contains(MultinodeCall(name: "SYNC", arguments: ["go"])))
    #expect(trial.rows == [])
    trial.end(.timeout)
    #expect(trial.rows == ["0_first/c pass", "lava/0_first fail"])
    #expect(trial.effects.count { if case .multinode = $0 { true } else { false } } == 1)
  }

  /// A call counts in the definition that makes it, and its answer, which the board echoes, is no torn signal.
  @Test func callsOfTwoDefinitions() {
    var configuration = Self.configuration
    configuration.isMultinode = true
    var trial = Trial(configuration)
    let answer = "<LAVA_SYNC_COMPLETE>\r\n"
    trial.feed(Self.starts[0] + Self.testCase("a", 1) + Self.signal("<LAVA_MULTI_NODE> <LAVA_SYNC go>", 2) + answer)
    trial.feed(Self.ends[0] + Self.starts[1] + Self.signal("<LAVA_MULTI_NODE> <LAVA_WAIT on>", 3))
    trial.feed("<LAVA_WAIT_COMPLETE ip=1>\r\n" + Self.testCase("b", 4) + Self.ends[1])
    #expect(
      trial.effects.compactMap { effect in
        if case .multinode(_, let result) = effect { result.map { "\($0.definition)/\($0.testCase)" } } else { nil }
      } == ["0_first/multinode-sync-go", "1_second/multinode-wait-on"]
    )
    #expect(trial.logs(.warning) == [])
    #expect(trial.rows == ["0_first/a pass", "lava/0_first pass", "1_second/b pass"])
  }

  /// A call that the kernel has torn: nothing more comes, for the board waits.
  @Test func aTornCall() {
    var configuration = Self.configuration
    configuration.isMultinode = true
    var trial = Trial(configuration)
    let call = Self.signal("<LAVA_MULTI_NODE> <LAVA_SYNC go>", 1)
    let place = call.index(call.startIndex, offsetBy: 9)
    trial.feed(Self.starts[0] + call[..<place] + "[    1.000000] usb\r\n" + call[place...])
    if trial.stream.isWaiting { trial.flush() }
    #expect(trial.calls.contains(MultinodeCall(name: "SYNC", arguments: ["go"])))
    #expect(!trial.stream.isWaiting)
  }

  /// What came without its trailer beside a gap is the torn copy of what the journal says; what is something else counts.
  @Test func copiesBesideAGap() {
    var trial = Trial(Self.configuration)
    trial.feed(Self.starts[0] + Self.testCase("a", 1))
    trial.feed("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=b! RESULT=pass>\r\n")
    trial.feed("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=printed-by-a-script RESULT=fail>\r\n" + Self.testCase("c", 3))
    trial.feed(Self.ends[0] + Self.starts[1] + Self.ends[1] + Self.signal("<LAVA_TEST_RUNNER EXIT>", 4))
    trial.feed(Self.reply("2", "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=b RESULT=pass>"))
    for (index, mark) in ["begin 0_first", "exit 0_first 0", "begin 1_second", "exit 1_second 0", "end 4"].enumerated()
    {
      trial.feed(Self.reply("+\(index + 1)/\([0, 3, 3, 3, 4][index])", mark))
    }
    #expect(
      trial.tests.sorted() == ["a", "b", "c"].map { "0_first/\($0) pass" } + ["0_first/printed-by-a-script fail"]
    )
    #expect(trial.integrities["0_first/b"] == .recovered)
    #expect(trial.effects.last == .finished)
  }

  /// The first STARTRUN is lost, and nobody can be asked: what is numbered is of this run all the same.
  @Test func aStartThatIsLostForGood() {
    var trial = Trial(Self.configuration)
    trial.feed(Self.testCase("a", 1) + Self.ends[0] + Self.starts[1] + Self.testCase("b", 2))
    #expect(trial.rows == [])
    trial.end(.endOfStream)
    #expect(trial.tests == ["0_first/a pass", "1_second/b pass"])
    #expect(trial.failure?.kind == .connectionClosed)
  }
}
