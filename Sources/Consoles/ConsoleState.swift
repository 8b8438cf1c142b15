// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Patterns

/// Why a reader was woken.
enum ConsoleWake: Sendable {
  /// Bytes or the end have come.
  case news
  /// Nothing has come for the time that settles an open match.
  case quiet
  case canceled
}

/// What is to become of a program.
enum ConsoleTeardown: Sendable {
  case end(TeardownLadder)
  /// The program has ended; what it left running lives on.
  case release
}

/// How a stream of bytes ended.
struct ConsoleEnding: Sendable {
  var status: ExitStatus?
  /// Set where it was not the program's doing: the log cannot be written.
  var failure: Failure?
}

/// What the pump's thread and the tasks that use a console share.
struct ConsoleState: Sendable {
  /// Bytes on their way to the program.
  struct Outgoing: Sendable {
    var ticket: Int
    var bytes: ArraySlice<UInt8>
    /// Told nil once everything is written.
    var done: CheckedContinuation<Failure?, Never>?
  }

  /// What nobody has read yet.
  var incoming: ByteQueue
  /// The last bytes that came, for the words about an end.
  var tail: [UInt8] = []
  var ending: ConsoleEnding?
  /// How often the line has dropped and come back.
  var reconnections = 0

  /// What a reader has taken and not used; nil while one reads.
  var matcher: StreamMatcher? = StreamMatcher()
  var reader: CheckedContinuation<ConsoleWake, Never>?
  /// When the reader is woken though nothing has come.
  var quietAt: ContinuousClock.Instant?

  var outgoing: [Outgoing] = []
  var lastTicket = 0

  var teardown: ConsoleTeardown?
  var closers: [CheckedContinuation<ExitStatus?, Never>] = []
  /// The pump's thread has let go of everything.
  var isClosed = false
  var finalStatus: ExitStatus?

  /// When a reader last looked, or was woken.
  private var attendedAt: ContinuousClock.Instant?

  private static let tailLength = 1024
  /// For how long a reader that is behind counts as one that reads.
  private static let readerPatience = Duration.seconds(10)

  init(unreadLimit: Int) { incoming = ByteQueue(limit: unreadLimit) }

  /// How many bytes nobody has read; those that a reader looks at now are not among them.
  var unreadCount: Int { incoming.count + (matcher?.unreadCount ?? 0) }

  mutating func receive(_ bytes: [UInt8]) {
    tail = Array((tail + bytes.suffix(Self.tailLength)).suffix(Self.tailLength))
    incoming.append(bytes)
  }

  /// Whether so much is unread that a reader who reads is waited for.
  private var isCrowded: Bool { incoming.count >= incoming.limit / 2 }

  /// Until when nothing more is read of the stream: somebody reads and is behind, and to drop what comes would tear it.
  /// Nil where nobody reads: then a board must not wait.
  var heldUntil: ContinuousClock.Instant? { isCrowded ? attendedAt.map { $0 + Self.readerPatience } : nil }

  /// Takes what nobody has read.
  ///
  /// - Returns: also whether the stream may have been held until now.
  mutating func take(upTo limit: Int) -> (chunks: [[UInt8]], wasHeld: Bool) {
    let wasHeld = isCrowded
    attendedAt = .now
    return (incoming.take(upTo: limit), wasHeld)
  }

  mutating func takeReader() -> CheckedContinuation<ConsoleWake, Never>? {
    quietAt = nil
    if reader != nil { attendedAt = .now }
    return reader.take()
  }
}
