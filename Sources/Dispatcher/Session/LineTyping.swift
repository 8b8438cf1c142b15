// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events

/// Types command lines to a shell and checks each against its echo before the newline makes a command of it: a line that
/// swallowed characters is wiped out (Ctrl-U) and typed again, more slowly.
struct LineTyping {
  /// What is known of the echo of a console.
  enum Echo: Sendable {
    case unknown, present
    /// There is none, or it shows something else than what is typed: lines are not checked.
    case absent, rewritten
  }

  let console: Console
  let events: EventLog
  let patience: TypingPatience
  /// After each character.
  let characterDelay: Duration

  private static let mostTries = 5
  private static let mostNewlines = 3
  /// How often Ctrl-U is typed until it is seen to work.
  private static let mostWipes = 3
  /// The character delay of the second try; doubled with each further one. A board that lost characters because they came too
  /// fast gets them all then.
  private static let slowDelay = Duration.milliseconds(5)
  /// What Ctrl-U types.
  private static let wipe: UInt8 = 0x15
  private static let newline = [UInt8(ascii: "\n")]

  /// Types a line. What the board printed up to the line's echo is read then; what it says to the line is not.
  ///
  /// - Throws: `echo-damaged` (kind `infrastructure`) when the echo comes, but never whole; what the console throws.
  func type(_ line: String) async throws(Failure) -> Echo {
    let earlier = try await console.read(silence: .zero)
    var shown: [UInt8]?
    for attempt in 1...Self.mostTries {
      let slow = attempt == 1 ? Duration.zero : Self.slowDelay * (1 << (attempt - 2))
      try await console.send(line, characterDelay: max(characterDelay, slow))
      var echo = LineEcho(line)
      let printed = try await read(into: &echo, attempt)
      if let end = echo.end {
        try console.unread(Array(printed[end...]))
        if try await enter() { return .present }
      } else if attempt == 1, !echo.wasSeen {
        try putBack(earlier, printed)
        try await console.send(Self.newline)
        return .absent
      } else if let now = echo.rewriting, now == shown {
        // Noise is never the same twice.
        try await console.send(Self.newline)
        return .rewritten
      }
      shown = echo.rewriting
      guard attempt < Self.mostTries else { break }
      events.log(.debug, "The echo of the line came damaged: typing it again (\(attempt + 1) of \(Self.mostTries))")
      try await wipeOut(attempt)
    }
    throw Failure(
      .infrastructure,
      "echo-damaged",
      "the board's console swallows or changes characters: '\(line)' was typed \(Self.mostTries) times, and no echo of it "
        + "came whole",
      advice: "Check the cable and the speed of the serial line, or set character_delays in the device file."
    )
  }

  // MARK: Echoes

  private func silence(_ attempt: Int) -> Duration { patience.echo * (1 << min(attempt - 1, 3)) }

  /// Reads until the echo is whole, or nothing more comes of it.
  private func read(into echo: inout LineEcho, _ attempt: Int) async throws(Failure) -> [UInt8] {
    let start = ContinuousClock.now
    var printed: [UInt8] = []
    while echo.end == nil, ContinuousClock.now - start < patience.longest {
      let limit = echo.wasSeen ? silence(attempt) : patience.firstEcho
      guard case .bytes(let bytes) = try await console.read(silence: limit) else { break }
      printed += bytes
      echo.feed(bytes)
    }
    return printed
  }

  private func putBack(_ earlier: ConsoleChunk?, _ printed: [UInt8]) throws(Failure) {
    guard case .bytes(let bytes) = earlier else { return try console.unread(printed) }
    try console.unread(bytes + printed)
  }

  // MARK: Keys

  /// Types the newline, and again where nothing says that it arrived: on an empty line it does nothing.
  ///
  /// - Returns: whether it arrived; false when something else did, which is now at the end of the line.
  private func enter() async throws(Failure) -> Bool {
    for attempt in 1...Self.mostNewlines {
      if attempt > 1 { events.log(.debug, "Nothing came after the newline: typing it again") }
      try await console.send(Self.newline)
      var printed: [UInt8] = []
      let start = ContinuousClock.now
      while NewlineEcho(printed) != .present, ContinuousClock.now - start < patience.longest {
        guard case .bytes(let bytes) = try await console.read(silence: patience.newline) else { break }
        printed += bytes
      }
      try console.unread(printed)
      switch NewlineEcho(printed) {
      case .present: return true
      case .garbled: return false
      case .missing: break
      }
    }
    // A board that died of the command says nothing either.
    return true
  }

  /// Wipes out what stands in the line, and reads what the board says to that.
  private func wipeOut(_ attempt: Int) async throws(Failure) {
    for _ in 1...Self.mostWipes {
      try await console.send([Self.wipe])
      let start = ContinuousClock.now
      var limit = silence(attempt)
      var answer: [UInt8] = []
      while ContinuousClock.now - start < patience.longest,
        case .bytes(let bytes) = try await console.read(silence: limit)
      {
        answer += bytes
        limit = patience.echo
      }
      if Self.isErasure(answer) { return }
    }
  }

  /// Whether a line was erased: by a line editor, that goes to its begin or says so by a control sequence, or by the
  /// terminal, character by character. The echo of a garbled Ctrl-U is something else.
  private static func isErasure(_ answer: [UInt8]) -> Bool {
    answer.contains { [0x0A, 0x0D, 0x1B].contains($0) } || answer.firstRange(of: [0x08, 0x20, 0x08]) != nil
  }
}
