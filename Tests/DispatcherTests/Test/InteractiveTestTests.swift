// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Multinode
import Pipeline
import Signals
import Synchronization
import Testing
import YAMLDocument

@testable import Dispatcher

/// `interactive` (spec signals §11) at a console that answers like a boot loader.
@Suite(.timeLimit(.minutes(20))) struct InteractiveTestTests {
  /// Each line gets an answer and a prompt; `dies` gets no prompt, `hangs` nothing.
  private static let bootloader = #"""
    printf '=> '
    while read -r word rest; do
      case $word in
        dhcp) printf 'BOOTP broadcast 1\nDHCP client bound to address 192.0.2.77 (3 ms)\n=> ' ;;
        ping) printf 'host %s is alive\n=> ' "$rest" ;;
        tftp) printf 'TFTP error: not found\n=> ' ;;
        dies) printf 'reset by watchdog\n' ;;
        hangs) ;;
        say) printf '<%s>\n=> ' "$rest" ;;
        *) printf "Unknown command '%s'\n=> " "$word" ;;
      esac
    done
    """#

  /// A test with one session.
  ///
  /// - Parameters:
  ///   - script: the steps, YAML flow.
  ///   - more: further keys of the session, YAML flow.
  private static func test(_ script: [String], _ more: String = "prompts: ['=> ']") -> String {
    "interactive:\n- name: net\n  \(more)\n  script:\n" + script.map { "  - \($0)\n" }.joined()
  }

  private static func board(
    _ script: [String],
    _ more: String = "prompts: ['=> ']",
    clock: any PipelineClock = ManualClock(),
    group: (any GroupCalls)? = nil,
    _ change: (inout RunSettings) -> Void = { _ in }
  ) throws -> FakeBoard {
    // The first step takes the prompt of the start.
    try FakeBoard(test: test(["{command: }"] + script, more), script: bootloader, clock: clock, group: group, change)
  }

  @Test func resultsAndWords() async throws {
    let board = try Self.board([
      "{command: 'say {JOB_ID} {SERVER_IP} {UNKNOWN}'}",
      #"{command: dhcp, name: dhcp, successes: [{message: 'bound to address (?P<IP>[0-9.]+)'}]}"#,
      #"{command: 'ping {IP}', name: ping, successes: [{message: 'host (\S+) is alive'}], failures: [{message: dead}]}"#,
      "{command: version, name: unknown, failures: [{message: Unknown command}]}",
      "{command: 'say again', name: again}",
    ])
    let outcome = try await board.run()
    #expect(outcome.failure == nil)
    #expect(
      outcome.results == [
        "0_net/dhcp pass", "0_net/ping pass", "0_net/unknown fail", "0_net/again pass", "lava/0_net pass",
      ]
    )
    #expect(outcome.records[0].logFields.map(\.key) == ["definition", "case", "result", "duration"])
    #expect(outcome.records[4].logFields.map(\.key) == ["definition", "case", "result", "duration"])
    #expect(
      board.keeper.lines(of: "input") == [
        "input say 4242 192.0.2.1 {UNKNOWN}", "input dhcp", "input ping 192.0.2.77", "input version", "input say again",
      ]
    )
    #expect(board.keeper.lines(of: "error") == ["error Matched a failure: 'Unknown command'"])
    let infos = board.keeper.lines(of: "info").filter { $0.contains("Matched") }
    #expect(
      infos == [
        "info Matched a prompt: '=> '", "info Matched a prompt: '=> '",
        "info Matched a success: 'bound to address (?P<IP>[0-9.]+)'", #"info Matched a success: 'host (\S+) is alive'"#,
        "info Matched a prompt: '=> '",
      ]
    )
  }

  /// What is typed comes back first. Where it would be taken for an answer, it can be discarded.
  @Test(arguments: [("echo: discard", "fail"), ("echo: ", "pass")])
  func theEcho(echo: String, verdict: String) async throws {
    let board = try Self.board(
      ["{command: 'say x', name: a, failures: [{message: '<x>'}], successes: [{message: 'say x'}]}"],
      "prompts: ['=> ']\n  \(echo)"
    )
    #expect(try await board.run().results == ["0_net/a \(verdict)", "lava/0_net pass"])
  }

  @Test(arguments: [
    ("{command: 'tftp 1', failures: [{message: 'TFTP error'}]}", "Failed to run command 'tftp 1'"),
    ("{command: dhcp, successes: [{message: never}]}", "Failed to run command 'dhcp'"),
  ])
  func aCommandWithoutANameThatFails(step: String, message: String) async throws {
    let board = try Self.board([step, "{command: never typed}"])
    let outcome = try await board.run()
    #expect(outcome.failure?.kind == .test)
    #expect(outcome.failure?.message == message)
    #expect(outcome.results == ["lava/0_net fail"])
    #expect(board.keeper.lines(of: "input").count == 1)
  }

  @Test func aPromptWhereASuccessWasExpected() async throws {
    let board = try Self.board([
      "{command: dhcp, name: a, successes: [{message: never}]}", "{command: 'say b', name: b}",
    ])
    let outcome = try await board.run()
    #expect(outcome.failure == nil)
    #expect(outcome.results == ["0_net/a fail", "0_net/b pass", "lava/0_net pass"])
    #expect(board.keeper.lines(of: "error") == ["error Matched a prompt (was expecting a success): '=> '"])
  }

  @Test(arguments: [
    ("InfrastructureError", Failure.Kind.infrastructure, "error: no network", "no network"),
    ("JobError", .job, "error: ", "TFTP (e)rror"), ("TestError", .test, "error: ", "TFTP (e)rror"),
  ])
  func anException(name: String, kind: Failure.Kind, error: String, message: String) async throws {
    let step = "{command: tftp, name: load, failures: [{message: 'TFTP (e)rror', exception: \(name), \(error)}]}"
    let outcome = try await Self.board([step, "{command: never typed}"]).run()
    #expect(outcome.failure?.kind == kind)
    #expect(outcome.failure?.message == message)
    #expect(outcome.results == ["0_net/load fail", "lava/0_net fail"])
  }

  /// The prompt after a failure is not the next command's; LAVA takes it for that.
  @Test(arguments: [false, true]) func thePromptAfterAFailure(isLAVAs: Bool) async throws {
    let board = try Self.board([
      "{command: tftp, name: load, failures: [{message: 'TFTP error'}]}",
      "{command: dhcp, name: dhcp, successes: [{message: bound}]}",
    ]) { $0.rules = isLAVAs ? .lava : .strict }
    #expect(
      try await board.run().results == [
        "0_net/load fail", "0_net/dhcp \(isLAVAs ? "fail" : "pass")", "lava/0_net pass",
      ]
    )
  }

  @Test func aBoardThatLosesItsPrompt() async throws {
    let clock = ManualClock()
    let board = try Self.board(
      [
        "{command: dies, name: a, failures: [{message: watchdog}]}",
        "{command: 'say b', name: b, successes: [{message: '<b>'}]}",
      ],
      clock: clock
    )
    async let outcome = board.run()
    await board.keeper.wait(for: "error Matched a failure: 'watchdog'")
    await clock.sleepers(2)
    clock.advance(by: .seconds(30))
    #expect(try await outcome.results == ["0_net/a fail", "0_net/b pass", "lava/0_net pass"])
    #expect(board.keeper.lines(of: "warning") == ["warning No prompt came after the failure; going on without one"])
  }

  @Test func noPromptIsWaitedForWhereNoneComes() async throws {
    let board = try Self.board([
      "{command: dies, successes: [{message: watchdog}], wait_for_prompt: false}", "{command: 'say b', name: b}",
    ])
    #expect(try await board.run().results == ["0_net/b pass", "lava/0_net pass"])
  }

  @Test func aDelayTakesTheTimeOfThePipeline() async throws {
    let clock = ManualClock()
    let board = try Self.board(["{delay: 1.5}", "{command: 'say b', name: b}"], clock: clock)
    async let outcome = board.run()
    await board.keeper.wait(for: "info Waiting for 1.50 seconds")
    await clock.advanceToNext(sleepers: 2)
    #expect(try await outcome.results == ["0_net/b pass", "lava/0_net pass"])
    #expect(clock.now == .milliseconds(1500))
  }

  @Test func aCommandThatHangs() async throws {
    let clock = ManualClock()
    let board = try Self.board(["{command: hangs, name: a}"], clock: clock)
    async let outcome = board.run()
    await board.keeper.wait(for: "input hangs")
    clock.advance(by: .seconds(100))
    let result = try await outcome
    #expect(result.failure?.kind == .test)
    #expect(result.failure?.message == "lava-test-interactive timed out after 100 seconds")
    #expect(result.results == ["lava/0_net fail"])
  }

  /// The number of test shells before it, however many interactive tests.
  @Test func theSuiteHasTheNumberOfTheTestShellsBefore() async throws {
    let definitions = "{definitions: [{from: inline, name: NAME, path: a, repository: {metadata: {name: a}}}]}"
    let before = ["a", "b"].map { "- test: \(definitions.replacing("NAME", with: $0))\n" }
    let board = try FakeBoard(
      test: Self.test(["{command: }"]),
      script: Self.bootloader,
      actions: "- deploy: {to: overlay}\n- boot: {method: minimal, prompts: [p]}\n" + before[0]
        + "- test: {interactive: [{name: x, prompts: [y], script: []}]}\n" + before[1]
    )
    #expect(try await board.run().results == ["lava/2_net pass"])
  }

  // MARK: - Groups

  /// Answers each call as it is told.
  private final class FakeGroup: GroupCalls {
    private let replies: Mutex<[GroupReply]>
    private let made = Mutex<[MultinodeCall]>([])

    init(_ replies: [GroupReply]) { self.replies = Mutex(replies) }

    var calls: [MultinodeCall] { made.withLock(\.self) }

    func call(_ call: MultinodeCall) async throws(Failure) -> GroupReply {
      made.withLock { $0.append(call) }
      return replies.withLock { $0.removeFirst() }
    }
  }

  @Test func callsOfAGroup() async throws {
    let group = FakeGroup([
      .acknowledged,
      .messages([
        GroupMessage(sender: "1", data: [("ip", "192.0.2.8"), ("port", "80")]),
        GroupMessage(sender: "2", data: [("ip", "192.0.2.9")]),
      ]),
      .messages([]), .acknowledged,
    ])
    let board = try Self.board(
      [
        "{lava-send: ready ip=192.0.2.1 name=a}", "{lava-wait: go}", "{lava-wait-all: done role=server}",
        "{lava-sync: end}", "{command: 'ping {ip} {port}'}",
      ],
      group: group
    )
    #expect(try await board.run().results == ["lava/0_net pass"])
    #expect(
      group.calls == [
        MultinodeCall(name: "SEND", arguments: ["ready", "ip=192.0.2.1", "name=a"]),
        MultinodeCall(name: "WAIT", arguments: ["go"]),
        MultinodeCall(name: "WAIT_ALL", arguments: ["done", "server"]), MultinodeCall(name: "SYNC", arguments: ["end"]),
      ]
    )
    #expect(board.keeper.lines(of: "input") == ["input ping 192.0.2.9 80"])
  }

  @Test func aGroupThatRefuses() async throws {
    let outcome = try await Self.board(["{lava-send: ready}"], group: FakeGroup([.refused])).run()
    #expect(outcome.failure?.kind == .test)
    #expect(outcome.failure?.message == "Coordinator was unable to accept LAVA_SEND")
    #expect(outcome.failure?.place?.line == 11)
  }

  @Test(arguments: ["lava-send", "lava-wait", "lava-wait-all", "lava-sync"])
  func aBoardThatIsAlone(call: String) async throws {
    let outcome = try await Self.board(["{\(call): ready}"]).run()
    #expect(outcome.failure?.kind == .job)
    #expect(outcome.failure?.code == "no-group")
    #expect(
      outcome.failure?.message
        == "'\(call)' calls the other boards of a group, and this job has one board only"
    )
    #expect(outcome.failure?.place?.line == 11)
    #expect(outcome.results == ["lava/0_net fail"])
  }
}
