// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Testing

@testable import Dispatcher

/// Results from a recorded console.
@Suite struct ReplayTests {
  /// A console without trailers, as LAVA's own helpers print: first a start that is only typed, then two runs.
  private static let console = """
    root@board:~# . /lava-4242/environment ; printf "<LAVA_SIGNAL_RETRUNCODE $?>\\n"
    <LAVA_SIGNAL_RETRUNCODE 0>
    root@board:~# /lava-4242/bin/lava-test-runner /lava-4242/0
    <LAVA_SIGNAL_STARTRUN 0_first 4242_1.2.1>
    + lava-test-case one --result pass
    <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=one RESULT=pass>
    <LAVA_SIGNAL_TESTSET START set>
    <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=two RESULT=fail UNITS=s MEASUREMENT=1.5>
    <LAVA_SIGNAL_TESTSET STOP>
    <LAVA_SIGNAL_ENDRUN 0_first 4242_1.2.1>
    <LAVA_SIGNAL_STARTRUN 1_second 4242_1.2.5>
    <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=three RESULT=skip>
    <LAVA_SIGNAL_ENDRUN 1_second 4242_1.2.5>
    <LAVA_TEST_RUNNER EXIT>
    root@board:~# 
    """.split(separator: "\n").joined(separator: "\r\n")

  /// What it holds, written down by hand.
  private static let expected = [
    "0_first/one pass", "0_first/set/two fail 1.5 s", "lava/0_first pass 4242_1.2.1", "1_second/three skip",
    "lava/1_second pass 4242_1.2.5",
  ]

  private static func text(_ record: ResultRecord) -> String {
    let name = [record.definition, record.set, record.testCase].compactMap { $0 }.joined(separator: "/")
    let more = [record.measurement.map { "\($0)" }, record.units, record.uuid].compactMap { $0 }
    return ([name, record.result.rawValue] + more).joined(separator: " ")
  }

  private func replay(_ console: [UInt8], _ definitions: [String] = ["", ""], piece: Int) throws -> (
    Replay, [ResultRecord]
  ) {
    let keeper = ResultKeeper()
    var replay = try Replay(job: try Sample.job(Sample.jobText(definitions)), events: EventLog(sinks: [keeper]))
    console.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: piece) {
        replay.feed(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + piece, bytes.count)]))
      }
    }
    replay.finish()
    return (replay, keeper.records)
  }

  @Test func everySizeOfPieceGivesTheSame() throws {
    let console = Array(Self.console.utf8)
    for piece in 1...console.count {
      let (replay, records) = try replay(console, piece: piece)
      #expect(records.map(Self.text) == Self.expected, "pieces of \(piece)")
      #expect(replay.failure == nil)
      #expect(replay.jobID == "4242")
    }
  }

  @Test func aConsoleThatIsCut() throws {
    let marker = try #require(Self.console.firstRange(of: "<LAVA_SIGNAL_TESTSET STOP>"))
    let (replay, records) = try replay(Array(Self.console[..<marker.lowerBound].utf8), piece: 100)
    #expect(records.map(Self.text) == Array(Self.expected.prefix(2)) + ["lava/0_first fail 4242_1.2.1"])
    #expect(replay.failure?.kind == .connectionClosed)
  }

  @Test func nothingWasStarted() throws {
    let (replay, records) = try replay(
      Array("a kernel\r\n<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>\r\n".utf8),
      piece: 7
    )
    #expect(records == [])
    #expect(replay.jobID == nil)
    #expect(replay.failure?.kind == .connectionClosed)
    #expect(replay.failure?.message == "the console ended before this test was started: first, second")
  }

  /// Spec signals §4: what the job expects and the board does not report has failed, once the test is over.
  @Test func casesThatWereExpected() throws {
    let (_, records) = try replay(Array(Self.console.utf8), ["expected: [one, two, four]", ""], piece: 4096)
    #expect(records.map(Self.text).sorted() == (Self.expected + ["0_first/four fail"]).sorted())
    // The test is the third block of the job; its shell is the first action in there.
    #expect(records.first { $0.testCase == "four" }?.level == "3.1")
  }

  /// Spec test-shell §2: a line editor breaks a long line at the edge of the screen; bash does it by a space and a return.
  @Test func anEchoThatComesToTheEdgeOfTheScreen() throws {
    let line = "/lava-4242/bin/lava-test-runner /lava-4242/0 5f3a9c01"
    for column in 1..<line.utf8.count {
      let broken = Array(line.utf8.prefix(column)) + Array(" \r".utf8) + Array(line.utf8.dropFirst(column))
      let bytes = Array("root@board:~# ".utf8) + broken + [0x0d]
      try bytes.withUnsafeBytes { bytes in
        let found = try #require(RunnerEcho.candidate(in: bytes, from: 0), "broken after \(column)")
        #expect(found == 0..<bytes.count)
        let echo = try #require(RunnerEcho(bytes[found]))
        #expect(echo.jobID == "4242" && echo.stage == 0 && echo.nonce == "5f3a9c01", "broken after \(column)")
      }
    }
  }

  @Test func linesThatStartNothing() {
    for line in ["ls /lava-4242/bin/lava-test-case", "best-runner / of all", "/bin/lava-te st-runner /x", ""] {
      #expect(RunnerEcho(line.utf8) == nil)
    }
  }
}
