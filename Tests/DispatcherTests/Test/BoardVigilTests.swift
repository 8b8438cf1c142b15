// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import HostTools
import KernelMessages
import Pipeline
import Testing

@testable import Dispatcher

/// Boards that print signs of their end while something runs on them. Each is a shell of this machine; what runs on it is a
/// line of a script, that says at the end that it lives, or is silent for ever.
@Suite(.timeLimit(.minutes(20))) struct BoardVigilTests {
  private static let panic = "[    4.9] Kernel panic - not syncing: Attempted to kill init!"
  private static let restart = "[    0.000000] Linux version 6.1.0 (x)"

  /// How a watch ends.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What runs on the board.
    var script: String
    /// The sign, when it is found dead; nil when it is found alive, and says so.
    var sign: BoardSign?

    init(_ name: String, _ script: String, _ kind: BoardSign.Kind? = nil, _ line: String = "") {
      testDescription = name
      self.script = script
      sign = kind.map { BoardSign($0, line) }
    }
  }

  private static let panicked = "Kernel panic - not syncing: Attempted to kill init!"
  private static let restarted = "Linux version 6.1.0 (x)"
  /// Neither echoes nor says anything any more.
  private static let dead = "stty -echo; exec cat > /dev/null"
  /// Is silent until whoever watches has found it alive, and types so.
  private static let alive = "until [ \"$typed\" = found ]; do read -r typed; done; echo the board lives; read -r typed"
  /// The same without anybody to ask it.
  private static let unasked = "echo the board lives; read -r typed"

  static let cases = [
    Case("a panic", "echo '\(panic)'; \(dead)", .panic, panicked),
    Case("a panic with its end", "echo '\(panic)'; echo '[5.0] ---[ end \(panicked)'; \(dead)", .panic, panicked),
    Case("halted", "echo '[9.1] reboot: System halted'; \(dead)", .halt, "reboot: System halted"),
    Case("a boot that hangs", "echo '\(restart)'; \(dead)", .restart, restarted),
    // What somebody prints of another day.
    Case("an old panic", "echo '\(panic)'; \(alive)"),
    Case("an old boot", "echo '\(restart)'; \(alive)"),
    Case("an old boot up to its login", "echo '\(restart)'; printf 'board login: '; \(alive)"),
    Case("an old boot loader", "echo 'U-Boot 2024.01'; printf '=> '; \(alive)"),
    // The newline that is typed brings the prompt of somebody else.
    Case(
      "a boot up to its login",
      "echo '\(restart)'; printf 'board login: '; while read -r typed; do printf 'board login: '; done",
      .restart,
      restarted
    ),
    Case(
      "a boot loader that was stopped",
      "echo 'U-Boot 2024.01'; while read -r typed; do printf '=> '; done",
      .restart,
      "U-Boot 2024.01"
    ),
    // It talks on, and then it does not.
    Case(
      "a panic with a long trace",
      "stty -echo; echo '\(panic)'; for i in 1 2 3; do sleep 0.3; echo \"[5.$i] trace\"; done; \(dead)",
      .panic,
      panicked
    ),
    Case("no sign at all", unasked),
  ]

  @Test(arguments: cases) func aBoard(_ board: Case) async throws {
    let log = LineKeeper()
    // A board that lives has time to say so; that it has no other prompt than its test's is known when this is over.
    let life: Duration = board.sign == nil ? .seconds(4) : .milliseconds(250)
    let result = await Self.watch(log, board.script, isEnabled: true, life: life)
    #expect(result == (board.sign?.line ?? "alive"))
  }

  /// LAVA's own rules know nothing of it.
  @Test func aDeadBoardUnderOtherRules() async throws {
    let script = "echo '[4.8] BUG: x'; echo '\(Self.panic)'; stty -echo; \(Self.unasked)"
    let log = LineKeeper()
    #expect(await Self.watch(log, script, isEnabled: false) == "alive")
    #expect(log.all.contains("warning login-action: kernel 'bug'"))
    #expect(!log.all.contains { $0.contains("asking whether it lives") })
  }

  /// A console that never echoed cannot be asked.
  @Test func aConsoleWithoutEcho() async throws {
    let log = LineKeeper()
    let board = ["sh", "-c", "stty -echo; PS1='board~ ' exec sh -i"]
    #expect(await Self.watch(log, "echo '\(Self.panic)'; \(Self.alive)", isEnabled: true, board: board) == "alive")
  }

  /// Watches a board until it says that it lives, or is known to be dead.
  private static func watch(
    _ log: LineKeeper,
    _ script: String,
    isEnabled: Bool,
    life: Duration = TypingPatience().life,
    board: [String] = ["env", "PS1=board~ ", "sh", "-i"]
  ) async -> String? {
    let folder = TemporaryFolder()
    let path = folder.write(script, to: "script")
    var patience = TypingPatience()
    patience.life = life
    return await SmallBoard.run(log, ManualClock(), board, patience: patience) { session, run throws(Failure) in
      session.setPrompts(["board~ "])
      session.markShell()
      try await session.waitForPrompt(run)
      try await session.start("sh \(path)")
      var vigil = try BoardVigil(session, isEnabled: isEnabled, run)
      var printed: [UInt8] = []
      var isSuspected = false
      while true {
        if isSuspected, vigil.patience == nil { try await session.console.send("found\n") }
        isSuspected = vigil.patience != nil
        guard let chunk = try await session.console.read(silence: vigil.patience) else {
          if let sign = try await vigil.silence() { throw Failure(.test, "dead", sign.line) }
          continue
        }
        guard case .bytes(let bytes) = chunk else { throw Failure(.test, "end", "the console ended") }
        printed += bytes
        try vigil.take(bytes)
        if String(decoding: printed, as: UTF8.self).contains("the board lives") { throw Failure(.test, "x", "alive") }
      }
    }
  }
}
