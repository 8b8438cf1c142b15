// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Pipeline
import Testing

@testable import Dispatcher

/// What is typed to a board whose prompt does not come, or whose test does not end (spec jobs §4.2): a small program
/// is the board, and the time of its actions stands still until it is moved.
@Suite(.timeLimit(.minutes(20))) struct BoardSessionTests {
  /// A board that prints its prompt when so many lines have come.
  private static func mute(lines: Int) -> String {
    "for line in $(seq \(lines)); do read -r typed; done; printf 'board~ '; exec cat > /dev/null"
  }

  private static func warning(retry: String) -> String {
    "warning wait for prompt timed out: Sending # in case of corruption. Connection timeout 00:01:40, retry in \(retry)"
  }

  @Test func theWaitForAPromptIsForced() async throws {
    let clock = ManualClock()
    let lines = LineKeeper()
    async let failure = SmallBoard.run(lines, clock, board: Self.mute(lines: 5)) { session, run throws(Failure) in
      try await session.wait(for: ["never", "board~ "], forcingPromptIn: run)
    }
    // After 50, 60, 70, 80 and 90 of 100 seconds.
    for _ in 0..<5 { await clock.advanceToNext(sleepers: 2) }
    #expect(await failure == nil)
    #expect(clock.now == .seconds(90))
    let nudges = (["00:00:50"] + Array(repeating: "00:00:10", count: 4)).flatMap { time in
      [Self.warning(retry: time), "debug Sending line: '#'", "input #"]
    }
    #expect(
      lines.all.filter { !$0.hasPrefix("info") }
        == ["debug login-action: Wait for prompt ['never', 'board~ '] (timeout 00:01:40)"] + nudges
    )
  }

  /// The time of the action is over before the seventh wait: then it is the action that timed out.
  @Test func aPromptThatNeverComes() async throws {
    let clock = ManualClock()
    let lines = LineKeeper()
    let (echoes, continuation) = AsyncStream.makeStream(of: Void.self)
    let seen: ConsoleObserver = { event in
      guard case .received(let bytes) = event, String(decoding: bytes, as: UTF8.self).contains("board~") else { return }
      continuation.finish()
    }
    async let failure = SmallBoard.run(lines, clock, board: Self.mute(lines: 5), observer: seen) {
      session,
      run throws(Failure) in
      try await session.wait(for: ["never"], forcingPromptIn: run)
    }
    for _ in 0..<5 { await clock.advanceToNext(sleepers: 2) }
    // The board has all five.
    for await _ in echoes {}
    clock.advance(to: .seconds(100))
    #expect(await failure == "login-action timed out after 100 seconds")
    #expect(lines.all.filter { $0.hasPrefix("warning") }.count == 5)
  }

  @Test func aCommandThatDoesNotEndIsInterrupted() async throws {
    let lines = LineKeeper()
    let failure = await SmallBoard.run(lines, ManualClock(), board: "PS1='board~ ' exec sh -i") {
      session,
      run throws(Failure) in
      try await session.wait(for: "board~ ")
      try await session.start("sh -c 'printf \"%s-%s\" now running; exec sleep 86399'")
      try await session.wait(for: "now-running")
      try await session.type("printf '%s-%s\\n' it ended")
      try await session.wait(for: "it-ended")
    }
    #expect(failure == nil)
    let interruption = "info Interrupting what still runs on the board (Ctrl-C)"
    let typed = lines.all.filter { $0.hasPrefix("input") || $0 == interruption }
    #expect(typed.dropFirst() == [interruption, "input printf '%s-%s\\n' it ended"])
  }

  @Test func aCommandThatEndedIsNotInterrupted() async throws {
    let lines = LineKeeper()
    let failure = await SmallBoard.run(lines, ManualClock(), board: "PS1='board~ ' exec sh -i") {
      session,
      run throws(Failure) in
      try await session.wait(for: "board~ ")
      try await session.start("trap 'printf \"%s-%s\\n\" was interrupted' INT")
      session.commandEnded()
      try await session.type("printf '%s-%s\\n' it ended")
      let index = try await session.wait(for: ["was-interrupted", "it-ended"])
      #expect(index == 1)
    }
    #expect(failure == nil)
    #expect(!lines.all.contains { $0.contains("Ctrl-C") })
  }
}

extension BoardSession {
  fileprivate func wait(for pattern: String) async throws(Failure) { try await wait(for: [pattern]) }
}
