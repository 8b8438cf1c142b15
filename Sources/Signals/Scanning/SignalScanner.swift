// SPDX-License-Identifier: Apache-2.0

/// Finds signals in a stream of bytes that comes in pieces of any size (spec signals §1).
///
/// What it finds does not depend on where the pieces are cut. A signal may stand anywhere in a line and may span
/// lines. Where two could begin, the first beginning wins, as in LAVA. Calls of a group are found whether or not the
/// job is one of a group.
///
/// Bytes that are no signal cost one `memchr` and no allocation. What is held between pieces is one unfinished signal
/// of at most ``longestSignal`` bytes (LAVA sees no further than 8,184 characters): a longer one is given up for the
/// last one that began inside it.
package struct SignalScanner: Sendable {
  /// The longest signal that is found, in bytes, from its `<` to its `>`.
  package static let longestSignal = 65_536

  /// A whole signal whose trailer may still follow.
  private struct Waiting {
    var match: SignalMatch
    var bytes: [UInt8]
    /// Of the first `<` in the stream.
    var offset: Int
    var trailer = TrailerReader()

    /// - Parameters:
    ///   - follower: the byte that ended the trailer; `nil` when none came: then its line may still go on.
    ///   - endOffset: behind what was read of the trailer.
    func signal(before follower: UInt8?, endOffset: Int) -> ScannedSignal {
      let isEndOfLine = follower.map { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") } ?? false
      return ScannedSignal(
        match,
        bytes: bytes,
        trailer: trailer.trailer,
        isPlain: trailer.isUntouched && isEndOfLine,
        place: offset..<(trailer.trailer == nil ? offset + bytes.count : endOffset)
      )
    }
  }

  /// How many bytes of the stream were read.
  package private(set) var offset = 0
  /// How often something began like a signal, or with a line of the kernel inside it, and became none: a torn one.
  package private(set) var tornCount = 0
  /// How often the beginning was that of no other text.
  package private(set) var brokenCount = 0
  private var candidate = SignalCandidate()
  /// The candidate's bytes from earlier pieces; empty when there is none.
  private var held: [UInt8] = []
  private var waiting: Waiting?

  package init() {}

  /// Whether a whole signal is held back because its trailer may still follow.
  package var isWaiting: Bool { waiting != nil }

  /// Where the signal begins that is not whole yet, or whose trailer may still follow: in bytes from the scanner's
  /// start; nil where nothing is held.
  package var openOffset: Int? { waiting?.offset ?? (held.isEmpty ? nil : offset - held.count) }

  /// Whether the bytes so far end inside something that began like a signal.
  package var isInsideSignal: Bool { !held.isEmpty }

  /// Reads a piece of the stream.
  /// - Parameter found: is given each signal, in order.
  package mutating func scan(_ bytes: UnsafeRawBufferPointer, _ found: (ScannedSignal) -> Void) {
    var position = 0
    while let signal = next(in: bytes, from: &position) { found(signal) }
  }

  /// Reads a piece of the stream up to the next signal.
  ///
  /// A signal is whole when its trailer is, or when a byte follows that cannot belong to a trailer; that byte is not
  /// read.
  /// - Parameters:
  ///   - bytes: the piece, the same one until `nil` is returned.
  ///   - position: the first byte to read; on return the first that was not read: the piece's end when `nil` is
  /// returned.
  package mutating func next(in bytes: UnsafeRawBufferPointer, from position: inout Int) -> ScannedSignal? {
    let origin = offset - position
    defer { offset = origin + position }
    while position < bytes.count {
      if waiting != nil {
        if let signal = readTrailer(bytes, &position, origin: origin) { return signal }
      } else if held.isEmpty {
        guard let opening = bytes.index(of: UInt8(ascii: "<"), from: position) else { break }
        position = opening
        readCandidate(bytes, &position, origin: origin)
      } else {
        extendCandidate(bytes, &position, origin: origin)
      }
    }
    position = bytes.count
    return nil
  }

  /// Gives up waiting for the trailer of a signal that is otherwise whole: for a console that has fallen silent.
  package mutating func flush() -> ScannedSignal? {
    defer { waiting = nil }
    return waiting?.signal(before: nil, endOffset: offset)
  }

  /// Ends the stream: returns what ``flush()`` does and forgets an unfinished signal.
  package mutating func finish() -> ScannedSignal? {
    held = []
    return flush()
  }

  /// Reads a candidate that begins in this piece.
  private mutating func readCandidate(_ bytes: UnsafeRawBufferPointer, _ position: inout Int, origin: Int) {
    let limit = min(bytes.count, position + Self.longestSignal)
    let window = UnsafeRawBufferPointer(rebasing: bytes[position..<limit])
    candidate = SignalCandidate()
    switch candidate.read(window) {
    case .match(let match):
      let text = UnsafeRawBufferPointer(rebasing: window[..<match.end])
      waiting = Waiting(match: match, bytes: Array(text), offset: origin + position)
      position += match.end
    case .noMatch(let next):
      noteNoMatch(window, next)
      position += next
    case .incomplete where window.count == Self.longestSignal:
      tornCount += 1
      position += SignalCandidate.lastOpening(in: window) ?? window.count
    case .incomplete:
      held = Array(window)
      position = bytes.count
    }
  }

  /// Reads on in a candidate that began in an earlier piece: up to a `>`, since a signal ends at one.
  private mutating func extendCandidate(_ bytes: UnsafeRawBufferPointer, _ position: inout Int, origin: Int) {
    let limit = min(bytes.count, position + Self.longestSignal - held.count)
    let window = UnsafeRawBufferPointer(rebasing: bytes[..<limit])
    let end = window.index(of: UInt8(ascii: ">"), from: position).map { $0 + 1 } ?? limit
    held.append(contentsOf: bytes[position..<end])
    position = end
    switch held.withUnsafeBytes({ candidate.read($0) }) {
    case .match(let match):
      waiting = Waiting(match: match, bytes: held, offset: origin + position - held.count)
      held = []
    case .noMatch(let next):
      // The byte that decides came with this piece, so none of an earlier one has to be read again.
      position -= held.count - next
      let text = held
      held = []
      text.withUnsafeBytes { noteNoMatch($0, next) }
    case .incomplete where held.count == Self.longestSignal:
      tornCount += 1
      held.removeFirst(held.withUnsafeBytes { SignalCandidate.lastOpening(in: $0) } ?? held.count)
      candidate = SignalCandidate()
      _ = held.withUnsafeBytes { candidate.read($0) }
    case .incomplete:
      break
    }
  }

  /// How the host's answers to calls of the group begin (spec multinode §3.1), which a board echoes.
  private static let answers = ["SEND", "SYNC", "WAIT"].map { Array("<LAVA_\($0)_".utf8) }

  /// Counts bytes that are no signal and look like one that was torn: behind its first two bytes, or by a line of the
  /// kernel (`[time]` or `<level>[time]`) behind the first. The echo of an answer to a call of the group is none.
  private mutating func noteNoMatch(_ bytes: UnsafeRawBufferPointer, _ next: Int) {
    if next >= 6, Self.answers.contains(where: { $0.starts(with: bytes.prefix(next + 1)) }) { return }
    if next > 1 || (bytes.count > 1 && (bytes[1] == UInt8(ascii: "[") || bytes[1] == UInt8(ascii: "<"))) {
      tornCount += 1
    }
    if next >= 6 { brokenCount += 1 }
  }

  private mutating func readTrailer(
    _ bytes: UnsafeRawBufferPointer,
    _ position: inout Int,
    origin: Int
  ) -> ScannedSignal? {
    while position < bytes.count, let step = waiting?.trailer.take(bytes[position]) {
      if case .more = step {
        position += 1
        continue
      }
      defer { waiting = nil }
      let follower = bytes[position]
      if case .complete = step { position += 1 }
      return waiting?.signal(before: follower, endOffset: origin + position)
    }
    return nil
  }
}
