// SPDX-License-Identifier: Apache-2.0

/// The last bytes of a console since a place in it: what torn signals are mended from.
///
/// At most ``limit`` bytes are kept, the newest; which ones does not depend on how the stream is cut.
struct ConsoleTail: Sendable {
  /// In bytes.
  static let limit = 65_536

  /// Where the tail begins in the stream, before the oldest bytes were dropped.
  private(set) var start = 0
  /// The bytes of earlier pieces, and where the first of them stands.
  private var bytes: [UInt8] = []
  private var offset = 0

  /// Lets the tail begin here; earlier bytes are not needed any more.
  mutating func begin(at place: Int) {
    guard place > start else { return }
    start = place
    bytes.removeFirst(min(max(place - offset, 0), bytes.count))
    offset = max(offset, place)
  }

  /// Keeps what a piece of the stream adds.
  ///
  /// - Parameter base: where the piece begins in the stream.
  mutating func append(_ piece: UnsafeRawBufferPointer, at base: Int) {
    let first = max(base, start, base + piece.count - Self.limit)
    guard first < base + piece.count else { return }
    if first > offset + bytes.count || bytes.isEmpty {
      bytes.removeAll(keepingCapacity: true)
      offset = first
    }
    bytes.append(contentsOf: piece[(first - base)...])
    // Seldom, so that small pieces do not move the whole tail each time.
    if bytes.count > 2 * Self.limit {
      offset += bytes.count - Self.limit
      bytes.removeFirst(bytes.count - Self.limit)
    }
  }

  /// The bytes that are kept, up to a place, and where the first of them stands.
  fileprivate func kept(from first: Int, to end: Int) -> ArraySlice<UInt8> {
    let from = max(first - offset, 0)
    let to = min(end - offset, bytes.count)
    return from < to ? bytes[from..<to] : []
  }
}

/// The bytes of a console since the beginning of a tail, up to any place in the piece that is being read.
struct ConsoleView {
  typealias Text = (bytes: [UInt8], offset: Int)

  let tail: ConsoleTail
  let piece: UnsafeRawBufferPointer
  /// Where the piece begins in the stream.
  let base: Int

  /// The bytes up to a place, and where the first of them stands.
  func text(upTo end: Int) -> Text {
    let first = max(tail.start, end - ConsoleTail.limit)
    guard first < end else { return ([], end) }
    var text: [UInt8] = []
    if first < base { text += tail.kept(from: first, to: end) }
    if end > base { text += piece[(max(first, base) - base)..<(end - base)] }
    return (text, end - text.count)
  }

  /// Looks at the bytes up to a place, without a copy where the piece has them all.
  func withText<Value>(upTo end: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    let first = max(tail.start, end - ConsoleTail.limit)
    guard first >= base, first <= end else { return text(upTo: end).bytes.withUnsafeBytes(body) }
    return body(UnsafeRawBufferPointer(rebasing: piece[(first - base)..<(end - base)]))
  }

  /// Whether the line that holds a place is the trace of a shell (`set -x`), which shows a command before it runs: it begins with
  /// one or more `+` and a blank.
  func isTraced(at place: Int) -> Bool {
    withText(upTo: place) { bytes in
      let begin = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      let signs = bytes[begin...].prefix { $0 == UInt8(ascii: "+") }
      return !signs.isEmpty && signs.endIndex < bytes.count && bytes[signs.endIndex] == UInt8(ascii: " ")
    }
  }
}
