// SPDX-License-Identifier: Apache-2.0

import JobModel
import Testing
import YAMLDocument

/// `interactive` (spec signals §11): what is read, and the mistakes in it.
@Suite struct InteractiveTests {
  private static let good = MonitorTests.job(
    """
    interactive:
    - name: network
      prompts: ['=> ', '/ # ']
      echo: discard
      script:
      - command: dhcp
        name: dhcp
        successes:
        - message: 'bound to (?P<IP>\\S+)'
        failures:
        - message: TIMEOUT
          exception: InfrastructureError
          error: dhcp failed
        - message: abort
        wait_for_prompt: false
      - command:
      - delay: 1.5
      - lava-send: ready ip=10.0.0.1 name=a=b
      - lava-wait: go
      - lava-wait-all: done role=server
      - lava-wait-all: all
      - lava-sync: end
    """
  )

  private struct Missing: Error {}

  @Test func whatIsRead() throws {
    let job = try #require(Job(try reading(Self.good)))
    guard case .test(let block) = job.actions[1].body else { throw Missing() }
    #expect(block.kind == .interactive)
    let session = try #require(block.sessions.first)
    #expect(session.name == "network")
    #expect(session.prompts.map(\.text) == ["=> ", "/ # "])
    #expect(session.discardsEcho)
    #expect(session.script.map { $0.node.start.line } == [10, 20, 21, 22, 23, 24, 25, 26])
    guard case .command(let command) = session.script[0].action else { throw Missing() }
    #expect(command.line == "dhcp")
    #expect(command.name == "dhcp")
    #expect(command.successes.map(\.text) == ["bound to (?P<IP>\\S+)"])
    #expect(command.failures.map(\.message.text) == ["TIMEOUT", "abort"])
    #expect(command.failures.map(\.exception) == [.infrastructure, nil])
    #expect(command.failures.map(\.error) == ["dhcp failed", nil])
    #expect(!command.waitsForPrompt)
    #expect(
      session.script.dropFirst().map { Self.text($0.action) } == [
        "command nil true", "delay 1.5 seconds", "send ready ip=10.0.0.1,name=a=b", "wait go", "wait-all done server",
        "wait-all all nil", "sync end",
      ]
    )
  }

  private static func text(_ action: InteractiveStep.Action) -> String {
    switch action {
    case .command(let command): "command \(command.line ?? "nil") \(command.waitsForPrompt)"
    case .delay(let time): "delay \(time)"
    case .send(let message, let data): "send \(message) \(data.map { "\($0.key)=\($0.value)" }.joined(separator: ","))"
    case .wait(let message): "wait \(message)"
    case .waitAll(let message, let role): "wait-all \(message) \(role ?? "nil")"
    case .sync(let message): "sync \(message)"
    }
  }

  private static let names = " | expected letters, digits, '_', '-' and '.'"
  private static let kinds = "one of: command, delay, lava-send, lava-sync, lava-wait, lava-wait-all"

  @Test(arguments: [
    Mistake(
      "name: network",
      "name: the network",
      "7:13 error result-name: results cannot be listed under 'the network'\(names)"
    ),
    Mistake("name: dhcp", "name: ä", "12:15 error result-name: results cannot be listed under 'ä'\(names)"),
    Mistake(
      "prompts: ['=> ', '/ # ']",
      "prompts: '=> '",
      "8:16 error wrong-type: 'prompts' cannot be the text '=> ' | expected a list"
    ),
    Mistake(
      "prompts: ['=> ', '/ # ']",
      "prompts: []",
      "8:7 warning no-prompts: 'prompts' is empty: a command ends with one of its 'successes' only"
    ),
    Mistake(
      "'/ # '",
      "'[# '",
      "8:24 error bad-pattern: '[# ' is not a regular expression: unterminated character set at character 1"
    ),
    Mistake("'/ # '", "''", "8:24 error empty-text: a prompt cannot be an empty text"),
    Mistake(
      "echo: discard",
      "echo: discrd",
      "9:13 error unknown-value: 'discrd' is not a known value of 'echo' in the session | expected discard | meant discard"
    ),
    Mistake(
      "      - lava-sync: end\n",
      "      - {}\n",
      "27:9 error missing-key: the step needs 'command' | expected \(kinds)"
    ),
    Mistake(
      "- lava-sync: end",
      "- comand: ls",
      "27:9 error unknown-key: unknown key 'comand' in the step, which needs 'command' | meant command"
    ),
    Mistake(
      "lava-sync: end",
      "{delay: 1, command: ls}",
      "27:20 error two-steps-in-one: a step does one thing, this one has 'delay' and 'command'"
    ),
    Mistake(
      "command: dhcp",
      "command: \"a\\nb\"",
      "11:18 warning several-lines: 'command' is several lines: the prompt after the first of them is taken for the end of"
        + " all"
    ),
    Mistake(
      "delay: 1.5",
      "delay: soon",
      "22:16 error wrong-type: 'delay' cannot be the text 'soon' | expected a number of seconds, a day at most"
    ),
    Mistake(
      "delay: 1.5",
      "delay: -1",
      "22:16 error wrong-type: 'delay' cannot be the number '-1' | expected a number of seconds, a day at most"
    ),
    Mistake(
      "ready ip=10.0.0.1 name=a=b",
      "ready now",
      "23:20 error bad-message: 'ready now' is not what 'lava-send' takes"
        + " | expected a message's id, and words of the form key=value"
    ),
    Mistake(
      "lava-wait: go",
      "lava-wait: ' '",
      "24:20 error bad-message: ' ' is not what 'lava-wait' takes | expected a message's id"
    ),
    Mistake(
      "done role=server",
      "done server",
      "25:24 error bad-message: 'done server' is not what 'lava-wait-all' takes"
        + " | expected a message's id, and role=NAME where only one role is meant"
    ),
    Mistake(
      "lava-sync: end",
      "lava-sync: end now",
      "27:20 error bad-message: 'end now' is not what 'lava-sync' takes | expected a message's id"
    ),
    Mistake(
      "- message: 'bound",
      "- mesage: 'bound",
      "14:11 error unknown-key: unknown key 'mesage' in the success, which needs 'message' | meant message"
    ),
    Mistake(
      "(?P<IP>\\S+)",
      "(?P<IP",
      "14:20 error bad-pattern: 'bound to (?P<IP' is not a regular expression: missing >, unterminated name at character 10"
    ),
    Mistake(
      "exception: InfrastructureError",
      "exception: InfraError",
      "17:22 error unknown-value: 'InfraError' is not a known value of 'exception' in the failure"
        + " | expected one of: InfrastructureError, JobError, TestError"
    ),
    Mistake(
      "          exception: InfrastructureError\n",
      "",
      "17:11 warning error-without-exception: 'error' is never said without an 'exception' beside it"
        + " | expected exception: TestError"
    ),
    Mistake(
      "wait_for_prompt: false",
      "wait_for_prompt: never",
      "20:26 error wrong-type: 'wait_for_prompt' cannot be the text 'never' | expected true or false"
    ),
    Mistake(
      "      - lava-sync: end\n",
      "    - {name: network, prompts: [a], script: []}\n",
      "27:7 warning duplicate-name: the session of line 7 reports as 'network' too"
    ),
  ])
  func mistake(_ mistake: Mistake) throws {
    #expect(try jobFindings(mistake.text(from: Self.good)) == mistake.findings)
  }

  @Test func aTestDoesOneThing() throws {
    #expect(
      try jobFindings(
        MonitorTests.job("interactive: [{name: a, prompts: [b], script: []}]\nmonitors: [{name: a, start: b, end: c}]")
      ) == [
        "7:5 warning two-tests-in-one: 'monitors' has no effect beside 'interactive': a test does one thing",
        "7:16 error missing-key: the monitor needs 'pattern' | expected a regular expression",
      ]
    )
  }

  @Test func aSessionNeedsAScript() throws {
    #expect(
      try jobFindings(MonitorTests.job("interactive: [{name: a, prompts: [b]}]")) == [
        "6:19 error missing-key: the session needs 'script' | expected a list"
      ]
    )
    #expect(
      try jobFindings(MonitorTests.job("interactive: []")) == [
        "6:5 warning no-sessions: 'interactive' is empty: this test types nothing"
      ]
    )
  }
}
