// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import Patterns
import Synchronization

/// A byte stream to a board: what it prints is logged, shown and searched, and what is sent is typed.
///
/// Everything the board prints goes to the log on the disk first, then to the observer, then to a buffer of unread
/// bytes. A board that prints while nobody reads neither waits nor eats memory: of more than `unreadLimit` unread
/// bytes the oldest are dropped (never from the log). A reader that reads and cannot keep up is waited for, at half of
/// that: its terminal or connection holds the board back. The stream ends with the program, even where others still hold
/// its terminal. One task at a time reads (`expect`, `read`, `unread`); any may send. Deadlines are the caller's:
/// every wait ends at once when its task is cancelled, with a failure of kind `canceled`. A console that is let go
/// without `close` is closed in the background.
package final class Console: Sendable {
  /// How many unread bytes are kept: 4 MiB.
  package static let unreadLimit = 4 << 20
  /// How long a board must be silent before a match that more bytes could lengthen is taken as it is.
  private static let settling = Duration.milliseconds(50)
  /// How long such a match waits at most on a board that is never silent.
  private static let patience = Duration.milliseconds(500)

  private let core: ConsoleCore

  private init(_ core: ConsoleCore) { self.core = core }

  deinit { core.request(.end(.standard)) }

  /// Starts a program on a terminal of its own.
  ///
  /// - Throws: `program-missing` and the like, kind `infrastructure`.
  package static func spawn(
    _ command: ConsoleCommand,
    log: ConsoleLog? = nil,
    observer: ConsoleObserver? = nil
  ) async throws(Failure) -> Console {
    Console(
      try await ConsoleCore.start(
        .init(source: .program(command, .terminal), log: log, observer: observer, unreadLimit: unreadLimit)
      )
    )
  }

  /// Opens a console on a stream, which is closed with it.
  package static func attach(
    _ stream: ConsoleStream,
    log: ConsoleLog? = nil,
    observer: ConsoleObserver? = nil
  ) async throws(Failure) -> Console {
    Console(
      try await ConsoleCore.start(
        .init(source: .stream(stream), log: log, observer: observer, unreadLimit: unreadLimit)
      )
    )
  }

  /// Opens a line that is spoken by this process itself. One that drops is opened again, a bounded number of times: who
  /// reads only misses what the board said meanwhile, and who sends waits.
  ///
  /// - Throws: `line-not-opened` and `line-busy`, kind `infrastructure`.
  package static func open(
    _ address: LineAddress,
    reconnection: Reconnection = Reconnection(),
    log: ConsoleLog? = nil,
    observer: ConsoleObserver? = nil
  ) async throws(Failure) -> Console {
    Console(
      try await ConsoleCore.open(
        .init(
          address: address,
          reconnection: reconnection,
          log: log,
          observer: observer,
          unreadLimit: unreadLimit
        )
      )
    )
  }

  // MARK: Sending

  /// Types bytes as they are, and waits until the terminal has taken them.
  ///
  /// - Parameter characterDelay: waited after each byte, for boards that lose what comes too fast.
  /// - Throws: `console-closed`; `console-canceled`, and then a part may have been typed.
  package func send(_ bytes: [UInt8], characterDelay: Duration = .zero) async throws(Failure) {
    guard characterDelay > .zero else { return try await core.send(bytes) }
    for byte in bytes {
      try await core.send([byte])
      do { try await Task.sleep(for: characterDelay) } catch { throw ConsoleCore.canceled }
    }
  }

  /// Types text as it is, in UTF-8.
  package func send(_ text: String, characterDelay: Duration = .zero) async throws(Failure) {
    try await send(Array(text.utf8), characterDelay: characterDelay)
  }

  /// Types text and a newline.
  package func sendLine(_ text: String, characterDelay: Duration = .zero) async throws(Failure) {
    try await send(Array(text.utf8) + [UInt8(ascii: "\n")], characterDelay: characterDelay)
  }

  // MARK: Reading

  /// Waits until one of the patterns matches in what has not been read, and makes everything up to the end of the
  /// match read. The rules are those of `PatternSet` and `StreamMatcher`.
  ///
  /// - Throws: `console-closed` (kind `connectionClosed`) at the end of the stream, with how the program ended and its
  ///   last lines; `console-canceled`; `pattern-too-costly`.
  package func expect(_ patterns: PatternSet) async throws(Failure) -> PatternMatch {
    while true {
      if let match = try await expect(patterns, silence: nil) { return match }
    }
  }

  /// The same, but returns nil once the board has said nothing for so long.
  ///
  /// - Parameter silence: counted anew with each byte that comes; nil waits for a match without end.
  package func expect(_ patterns: PatternSet, silence: Duration?) async throws(Failure) -> PatternMatch? {
    var matcher = try takeMatcher()
    defer { giveBack(matcher) }
    var openSince: ContinuousClock.Instant?
    var isQuiet = false
    while true {
      if Task.isCancelled { throw ConsoleCore.canceled }
      let (chunks, ending) = core.take()
      for chunk in chunks { matcher.append(chunk) }
      let hasWaited = openSince.map { ContinuousClock.now - $0 >= Self.patience } ?? false
      let isSettled = ending != nil || hasWaited || (isQuiet && chunks.isEmpty)
      let step: StreamMatcher.Step
      do { step = try matcher.next(patterns, settled: isSettled) } catch { throw error.failure() }
      switch step {
      case .match(let match): return match
      case .undecided: openSince = openSince ?? .now
      case .none: openSince = nil
      }
      if ending != nil { throw core.state.withLock { core.closedFailure($0) } }
      isQuiet = await core.wait(quiet: openSince == nil ? silence : Self.settling) == .quiet
      if isQuiet, openSince == nil { return nil }
    }
  }

  /// Waits for bytes, and makes all that there are read.
  ///
  /// - Throws: `console-canceled`; `console-log-unwritable`.
  package func read() async throws(Failure) -> ConsoleChunk {
    while true {
      if let chunk = try await read(silence: nil) { return chunk }
    }
  }

  /// The same, but returns nil once nothing has come for so long.
  ///
  /// - Parameters:
  ///   - silence: zero only looks; nil waits without end.
  ///   - limit: in bytes; of what is there, about so much at most is made read.
  package func read(silence: Duration?, limit: Int = .max) async throws(Failure) -> ConsoleChunk? {
    var matcher = try takeMatcher()
    defer { giveBack(matcher) }
    while true {
      if Task.isCancelled { throw ConsoleCore.canceled }
      let (chunks, ending) = core.take(upTo: limit)
      // What was put back, or no search has used, comes first.
      let rest = matcher.takeUnread()
      let bytes = rest.isEmpty && chunks.count == 1 ? chunks[0] : rest + chunks.joined()
      if !bytes.isEmpty { return .bytes(bytes) }
      if let ending {
        if let failure = ending.failure { throw failure }
        return .end(ending.status)
      }
      if silence == .zero { return nil }
      if await core.wait(quiet: silence) == .quiet { return nil }
    }
  }

  /// Whether the stream has ended: what can still be read came before.
  package var hasEnded: Bool { core.state.withLock { $0.ending != nil } }

  /// How often the line has dropped and come back: what the board said in between was lost.
  package var reconnections: Int { core.state.withLock(\.reconnections) }

  /// The lines that nobody has read, without control characters and sequences; the last is the one that has not been
  /// ended, and may be empty. Only of the last KiB that the board printed.
  package var unreadLines: [String] {
    let bytes = core.state.withLock { $0.tail.suffix($0.unreadCount) }
    return TerminalText.lines(of: Array(bytes))
  }

  /// Puts bytes back, so that the next `expect` or `read` sees them first.
  package func unread(_ bytes: [UInt8]) throws(Failure) {
    var matcher = try takeMatcher()
    matcher.putBack(bytes)
    giveBack(matcher)
  }

  private func takeMatcher() throws(Failure) -> StreamMatcher {
    guard let matcher = core.state.withLock({ $0.matcher.take() }) else {
      throw Failure(.bug, "console-read-twice", "two tasks read the same console at once")
    }
    return matcher
  }

  private func giveBack(_ matcher: StreamMatcher) { core.state.withLock { $0.matcher = matcher } }

  // MARK: Ending

  /// Ends the program: takes the ladder's steps until no process of its session is left, then kills what is.
  ///
  /// On return everything is reaped, the console's thread is done, and the log is complete. May be called again, and
  /// by others at the same time; all get the same answer. A later call with `immediate` makes haste. Does not react
  /// to cancellation.
  ///
  /// - Returns: how the program ended; nil where it hangs in the kernel and cannot be killed.
  @discardableResult
  package func close(_ ladder: TeardownLadder = .standard) async -> ExitStatus? { await core.close(.end(ladder)) }
}
