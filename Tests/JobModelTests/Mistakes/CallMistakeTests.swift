// SPDX-License-Identifier: Apache-2.0

import JobModel
import Testing
import YAMLDocument

/// Calls of the protocol of a group that stand in actions (spec multinode §5), and mistakes in them.
@Suite struct CallMistakeTests {
  private static let good = """
    job_name: node
    timeouts: {job: {minutes: 30}}
    protocols: {lava-multinode: {target_group: g, role: guest}}
    actions:
    - deploy:
        to: ssh
        timeouts: {scp-deploy: {seconds: 5}}
        protocols:
          lava-multinode:
          - {action: prepare-scp-overlay, request: lava-wait, messageID: ipv4, message: {ipaddr: $a}}
          - {action: scp-overlay, request: lava-wait-all, messageID: m, role: host, timeout: 90}
          - {action: lava-overlay, request: lava-send, messageID: n, message: {port: 22}, timeout: {hours: 1}}
          - {action: compress-overlay, request: lava-sync, messageID: o}

    """

  private static func calls(_ text: String = good) throws -> [ProtocolCall] {
    try #require(Job(reading(text))).actions[0].common.calls
  }

  @Test func theCallsOfABlock() throws {
    #expect(try jobFindings(Self.good, isStrict: true) == [])
    let calls = try Self.calls()
    #expect(calls.map(\.action) == ["prepare-scp-overlay", "scp-overlay", "lava-overlay", "compress-overlay"])
    #expect(calls.map(\.request) == [.wait, .waitAll, .send, .sync])
    #expect(calls.map(\.messageID) == ["ipv4", "m", "n", "o"])
    #expect(calls.map(\.message) == [["ipaddr": "$a"], [:], ["port": 22], [:]])
    #expect(calls.map(\.roles) == [[], ["host"], [], []])
    #expect(calls.map(\.timeout?.duration) == [nil, .seconds(90), .seconds(3600), nil])
  }

  /// What names actions, for a look at the plan.
  @Test func theNamesOfActions() throws {
    let text = Self.good.replacing(
      "timeouts: {job: {minutes: 30}}",
      with: "timeouts: {job: {minutes: 30}, actions: {a: {seconds: 1}}, connections: {b: {seconds: 1}}}"
    )
    let job = try #require(Job(reading(text)))
    #expect(job.references.map(\.name) == ["a", "b"])
    #expect(job.references.map(\.purpose) == [.timeout, .connectionTimeout])
    #expect(job.references.map(\.node.start.line) == [1, 1])
    let own = job.actions[0].common.references
    #expect(
      own.map(\.name) == ["scp-deploy", "prepare-scp-overlay", "scp-overlay", "lava-overlay", "compress-overlay"]
    )
    #expect(own.map(\.purpose) == [.timeout] + Array(repeating: .protocolCall, count: 4))
    #expect(own.map(\.node.start.line) == [6, 9, 10, 11, 12])
  }

  /// Seed 004: a call that is no list, and the one that lets others start.
  @Test func callsOfOldDocuments() throws {
    let text = Self.good.split(separator: "\n").prefix(8).joined(separator: "\n")
    let call = try Self.calls("\(text)\n      lava-multinode: {action: a, request: lava-start, roles: [client]}\n")
    #expect(call.map(\.request) == [.start])
    #expect(call.map(\.messageID) == ["lava_start"])
    #expect(call.map(\.roles) == [["client"]])
  }

  @Test(arguments: mistakes) func mistake(_ mistake: Mistake) throws {
    #expect(try jobFindings(mistake.text(from: Self.good)) == mistake.findings)
  }

  private static let requests = "one of: lava-send, lava-start, lava-sync, lava-wait, lava-wait-all"

  private static let mistakes = [
    Mistake(
      "      lava-multinode:\n      -",
      "      lava-multinod:\n      -",
      "9:7 warning unknown-key: unknown key 'lava-multinod' in 'protocols' of the deploy action: it has no effect"
        + " | meant lava-multinode"
    ),
    Mistake(
      "    protocols:\n",
      "    protocols:\n      timeout: {minutes: 5}\n",
      "9:7 warning misplaced-timeout: 'timeout' beside the protocols of the deploy action has no effect"
    ),
    Mistake(
      "{action: compress-overlay, request: lava-sync, messageID: o}",
      "lava-sync",
      "13:9 error wrong-type: the protocol call cannot be the text 'lava-sync' | expected a mapping of keys to values"
    ),
    Mistake(
      "action: compress-overlay, ",
      "",
      "13:9 error missing-key: the protocol call needs 'action' | expected a text"
    ),
    Mistake(
      "request: lava-sync, ",
      "",
      "13:9 error missing-key: the protocol call needs 'request' | expected \(requests)"
    ),
    Mistake(
      "request: lava-sync, ",
      "request: lava-snyc, ",
      "13:45 error unknown-value: 'lava-snyc' is not a known value of 'request' in the protocol call"
        + " | expected \(requests) | meant lava-sync"
    ),
    Mistake(
      "lava-sync, messageID: o",
      "lava-sync",
      "13:9 error missing-key: the protocol call needs 'messageID' | expected a text"
    ),
    Mistake(
      "messageID: o",
      "messageId: o",
      "13:56 error unknown-key: unknown key 'messageId' in the protocol call, which needs 'messageID' | meant messageID"
    ),
    // The address of the host is taken from it.
    Mistake(
      ", message: {ipaddr: $a}",
      "",
      "10:9 error missing-key: the protocol call needs 'message' | expected a mapping of names to values"
    ),
    Mistake(
      "message: {ipaddr: $a}",
      "message: $a",
      "10:85 error wrong-type: 'message' cannot be the text '$a' | expected a mapping of names to values"
    ),
    Mistake(
      "timeout: 90",
      "timeout: 0",
      "11:90 error wrong-type: the timeout of the protocol call cannot be the number '0'"
        + " | expected a mapping with days, hours, minutes or seconds"
    ),
    Mistake(
      "lava-sync, messageID: o",
      "lava-start, roles: [client]",
      "13:45 note start-call: LAVA does not make 'lava-start' calls of actions"
    ),
  ]
}
