// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Signals

/// What the host makes of a trailer (docs/Signals.md).
@Suite struct TrailerTests {
  static func configuration(nonce: String? = "5a17", strict: Bool = false) -> TestShellMachine.Configuration {
    var configuration = Trial.first
    configuration.nonce = nonce
    configuration.strictSignals = strict
    return configuration
  }

  static func result(_ testCase: String, _ number: Int, nonce: String = "5a17") -> String {
    line("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=\(testCase) RESULT=pass>", number, nonce: nonce)
  }

  @Test func aRightSumIsVerified() {
    var trial = Trial(Self.configuration())
    trial.feed(Trial.startRun + Self.result("a", 1) + "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=b RESULT=pass>\r\n")
    trial.feed(Trial.endRun + line("<LAVA_TEST_RUNNER EXIT>", 2, nonce: "5a17"))
    #expect(trial.cases == [.first("a", integrity: .verified), .first("b")])
    #expect(trial.effects.last == .finished)
    #expect(trial.logs(.warning, .error) == [])
  }

  /// The worked example of docs/Signals.md.
  @Test func theWorkedExampleEndsTheShell() {
    var trial = Trial(Self.configuration(nonce: "0", strict: true))
    trial.feed("<LAVA_TEST_RUNNER EXIT> #1.b81dfabb")
    #expect(trial.stream.isEnded)
    trial.end(.prompt)
    #expect(trial.effects.last == .finished)
  }

  @Test func aSumUnderAnotherNonceDoesNotCount() {
    var trial = Trial(Self.configuration())
    trial.feed(Trial.startRun + Self.result("a", 1, nonce: "0ld") + line("<LAVA_TEST_RUNNER EXIT>", 2, nonce: "0ld"))
    trial.feed(line("<LAVA_SIGNAL_TESTRAISE boom>", 3, nonce: "0ld"))
    #expect(trial.results.isEmpty && !trial.stream.isOver)
    // What follows shows that none of this run's is missing beside them.
    trial.feed(Self.result("own", 1) + Trial.endRun + line("<LAVA_TEST_RUNNER EXIT>", 2, nonce: "5a17"))
    #expect(trial.cases == [.first("own", integrity: .verified)])
    #expect(trial.effects.last == .finished)
    #expect(trial.tally?.forged.count == 3 && trial.tally?.forged.last == "<LAVA_SIGNAL_TESTRAISE boom>")
    #expect(
      trial.logs(.warning) == [
        "Signal 1 (TESTCASE) does not count as it stands: its sum is wrong",
        "Signal 2 (EXIT) does not count as it stands: its sum is wrong",
        "Signal 3 (TESTRAISE) does not count as it stands: its sum is wrong",
      ]
    )
  }

  /// A signal with two bytes that are wrong does not count as it stands, whichever they are.
  @Test func changedBytesDoNotCount() {
    let good = Array(Self.result("abc", 1).utf8)
    for place in 0..<good.count - 4 {
      var bytes = good
      bytes[place] ^= 1
      bytes[place + 2] ^= 2
      var trial = Trial(Self.configuration(strict: true))
      trial.feed(Trial.startRun)
      trial.feed(bytes[...])
      trial.feed(line("<LAVA_TEST_RUNNER EXIT>", 2, nonce: "5a17"))
      #expect(trial.cases.isEmpty, "byte \(place)")
      trial.end(.prompt)
      #expect(trial.cases.isEmpty, "byte \(place)")
      #expect(trial.tally?.lost == [1...1], "byte \(place)")
    }
  }

  @Test func aNumberCountsOnce() {
    var trial = Trial(Self.configuration())
    trial.feed(Trial.startRun + Self.result("a", 1) + Self.result("a", 1) + Self.result("b", 2))
    #expect(trial.cases.map(\.testCase) == ["a", "b"])
    #expect(trial.logs(.debug).contains("Signal 1 (TESTCASE) was seen before and does not count twice"))
  }

  @Test func gapsAreNamedAtTheEnd() {
    var trial = Trial(Self.configuration())
    trial.feed(Trial.startRun + [1, 2, 5, 7].map { Self.result("c\($0)", $0) }.joined())
    trial.feed(line("<LAVA_TEST_RUNNER EXIT>", 9, nonce: "5a17"))
    // What stands behind the gap waits.
    #expect(trial.cases.map(\.testCase) == ["c1", "c2"])
    trial.end(.prompt)
    #expect(trial.cases.map(\.testCase) == ["c1", "c2", "c5", "c7"])
    #expect(
      trial.logs(.warning) == [
        "Signals 3-4 did not arrive whole: \(Trial.waiting)",
        "Signals 3-4, 6, 8 were lost: what the board sent did not arrive whole",
      ]
    )
    #expect(trial.tally?.lost == [3...4, 6...6, 8...8])
  }

  /// `onlcr` of a terminal: the board printed `\n`.
  @Test func aTerminalMayAddReturns() {
    var trial = Trial(Self.configuration(strict: true))
    let printed = line("<LAVA_SIGNAL_TESTEVENT two\nlines>", 1, nonce: "5a17")
    trial.feed(Trial.startRun + printed.unicodeScalars.reduce(into: "") { $0 += $1 == "\n" ? "\r\n" : String($1) })
    #expect(trial.logs(.event) == ["two lines"])
  }

  /// LAVA would take the next signal for the rest of the torn one; the sum tells them apart.
  @Test func aTornSignalDoesNotTakeTheNextWithIt() {
    var trial = Trial(Self.configuration())
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a\r\n[ 1.0] usb\r\n" + Self.result("b", 2))
    trial.feed("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=c\r\n" + line("<LAVA_TEST_RUNNER EXIT>", 4, nonce: "5a17"))
    trial.end(.prompt)
    #expect(trial.cases == [.first("b", integrity: .verified)])
    #expect(trial.effects.last == .finished)
    #expect(trial.logs(.warning).last == "Signals 1, 3 were lost: what the board sent did not arrive whole")
  }

  /// A helper's signals have trailers: one whose trailer is torn may be wrong in its text, too.
  @Test(arguments: [" #1.5f[ 1.0] usb\r\n", " #15f3a\r\n", " #1.5f3a9c0\r\n", " (1.\r\n"])
  func aTornTrailerProvesNothing(trailer: String) {
    var trial = Trial(Self.configuration())
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>" + trailer)
    trial.feed(line("<LAVA_TEST_RUNNER EXIT>", 2, nonce: "5a17"))
    trial.end(.prompt)
    #expect(trial.cases == [])
    #expect(trial.tally?.lost == [1...1])
  }

  @Test func aTornTrailerAtTheEnd() {
    var trial = Trial(Self.configuration())
    trial.feed(Trial.startRun + Self.result("a", 1) + "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=b RESULT=pass> #2.5f")
    trial.end(.endOfStream)
    #expect(trial.cases.map(\.testCase) == ["a"])
    #expect(trial.tally?.lost == [2...2])
  }

  @Test func strictnessRefusesWhatIsNotVerified() {
    var trial = Trial(Self.configuration(strict: true))
    trial.feed(Trial.startRun + "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>\r\n" + Self.result("b", 1))
    trial.feed(Trial.endRun + Trial.exit + Self.result("c", 2))
    #expect(trial.cases.map(\.testCase) == ["b", "c"])
    #expect(trial.results.count == 3 && !trial.stream.isOver)
    #expect(
      trial.logs(.error) == [
        "Refusing the signal TESTCASE: it has no readable trailer, and only verified signals count"
      ]
    )
  }

  @Test func withoutANonceNoTrailerIsRead() {
    var trial = Trial(Self.configuration(nonce: nil))
    trial.feed(Trial.startRun + Self.result("a", 1) + Self.result("a", 1) + Self.result("b", 7))
    trial.feed(Trial.exit)
    #expect(trial.cases == [.first("a"), .first("a"), .first("b")])
    #expect(trial.logs(.warning).isEmpty)
  }

  @Test func callsOfAGroupAreNumberedInAnyJob() {
    var trial = Trial(Self.configuration())
    trial.feed(
      line("<LAVA_MULTI_NODE> <LAVA_SEND id>", 1, nonce: "5a17") + line("<LAVA_TEST_RUNNER EXIT>", 2, nonce: "5a17")
    )
    trial.end(.prompt)
    #expect(trial.effects.first == .log(.info, "ok: lava_test_shell seems to have completed"))
    #expect(trial.effects.last == .finished && trial.effects.count == 3)
  }
}
