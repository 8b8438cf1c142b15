// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Pipeline
import Testing

@testable import Dispatcher

/// The calls of a node to its group, from a recorded console.
@Suite struct ReplayedCallTests {
  private static let head = """
    root@board:~# /lava-2/bin/lava-test-runner /lava-2/0
    <LAVA_SIGNAL_STARTRUN 0_first 2_1.2.1>
    <LAVA_MULTI_NODE> <LAVA_WAIT address>
    <LAVA_WAIT_COMPLETE 1:addr=192.0.2.7>
    <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=one RESULT=pass>
    <LAVA_MULTI_NODE> <LAVA_SEND done n=1>

    """
  private static let begun = [
    "0_first/multinode-wait-address pass", "0_first/one pass", "0_first/multinode-send-done pass",
  ]

  /// Answers that nobody waits for, and one that a script has cut.
  private static let whole =
    head + """
      <LAVA_SYNC_COMPLETE>
      <LAVA_MULTI_NODE> <LAVA_SYNC clients>
      <LAVA_WAIT_COMPLETE> SYNC_COMPLETE>
      [   12.345678] eth0: link up
      noise<LAVA_SYNC_COMPLETE>
      <LAVA_MULTI_NODE> <LAVA_WAIT_ALL done role>
      <LAVA_WAIT_ALL_COMPLETE nack>
      <LAVA_SIGNAL_ENDRUN 0_first 2_1.2.1>
      <LAVA_TEST_RUNNER EXIT>
      root@board:~#

      """

  private static let unanswered =
    head + """
      <LAVA_MULTI_NODE> <LAVA_SYNC clients>
      <LAVA_WAIT_COMPLETE>
      <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=beside RESULT=pass>

      """

  private static let node = "protocols: {lava-multinode: {target_group: g, role: client, group_size: 2}}\n"

  private func replay(
    _ text: String,
    rules: VerdictRules = .strict,
    protocols: String = node,
    piece: Int = 100
  ) throws -> (failure: Failure?, results: [String]) {
    let keeper = ResultKeeper()
    let job = try Sample.job(protocols + Sample.jobText([""]))
    var replay = try Replay(job: job, events: EventLog(sinks: [keeper]), rules: rules)
    let console = Array(text.replacing("\n", with: "\r\n").utf8)
    console.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: piece) {
        replay.feed(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + piece, bytes.count)]))
      }
    }
    replay.finish()
    let results = keeper.records.map { "\($0.definition)/\($0.testCase) \($0.result.rawValue)" }
    return (replay.failure, results)
  }

  @Test func everySizeOfPieceGivesTheSame() throws {
    let expected =
      Self.begun + [
        "0_first/multinode-sync-clients pass", "0_first/multinode-wait_all-done pass", "lava/0_first pass",
      ]
    for piece in 1...Self.whole.utf8.count {
      let (failure, results) = try replay(Self.whole, piece: piece)
      #expect(results == expected, "pieces of \(piece)")
      #expect(failure == nil)
    }
  }

  /// A call without an answer has ended the test; by LAVA's rules the job went on.
  @Test(arguments: [VerdictRules.strict, .lava])
  func aCallWithoutAnAnswer(_ rules: VerdictRules) throws {
    let (failure, results) = try replay(Self.unanswered, rules: rules)
    #expect(
      results == Self.begun + ["0_first/beside pass", "0_first/multinode-sync-clients fail", "lava/0_first fail"]
    )
    #expect(failure?.kind == (rules == .lava ? nil : .multinodeTimeout))
    if rules != .lava { #expect(failure?.message == "lava-sync 'clients' was not answered") }
  }

  /// On a board that is alone such lines are no calls.
  @Test func noGroup() throws {
    let (failure, results) = try replay(Self.whole, protocols: "")
    #expect(results == ["0_first/one pass", "lava/0_first pass"])
    #expect(failure == nil)
  }
}
