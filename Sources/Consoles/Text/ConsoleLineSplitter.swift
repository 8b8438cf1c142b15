// SPDX-License-Identifier: Apache-2.0

/// A line that a board printed, or a piece of a long one.
package struct ConsoleLine: Sendable, Hashable {
  /// Without the line's end and without escape characters.
  package var bytes: [UInt8]
  /// False for all but the last piece of a line that was cut, and for what stands after the last line's end.
  package var isEnded: Bool

  /// As text, with what is not UTF-8 replaced.
  package var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Makes log lines of a board's output: completed lines end at `\r\r\n`, `\r\n` or `\n`, and the escape character
/// (0x1B) is deleted, nothing else (spec signals §1).
///
/// A line longer than `maximum` bytes comes in pieces of at most that size, none of which ends within a UTF-8
/// character.
package struct ConsoleLineSplitter: Sendable {
  /// 32 KiB.
  package static let defaultMaximum = 32 << 10

  private let maximum: Int
  private var rest: [UInt8] = []

  /// - Parameter maximum: in bytes, at least 8.
  package init(maximum: Int = defaultMaximum) { self.maximum = max(maximum, 8) }

  /// Takes what has arrived and returns the lines that it completes.
  package mutating func append(_ bytes: [UInt8]) -> [ConsoleLine] {
    var lines: [ConsoleLine] = []
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
      // In steps, so that neither a long line nor a long piece of input makes `rest` large.
      let end = min(newline ?? bytes.endIndex, start + maximum)
      rest += bytes[start..<end]
      // The two bytes more may be the begin of the line's end.
      while rest.count > maximum + 2 { lines.append(takePiece()) }
      start = end
      if end == newline {
        start += 1
        takeLine(&lines)
      }
    }
    return lines
  }

  /// What stands after the last line's end, once nothing more comes; nil where there is nothing.
  package mutating func finish() -> ConsoleLine? {
    defer { rest = [] }
    return rest.isEmpty ? nil : line(rest, isEnded: false)
  }

  /// The line whose newline has just been passed.
  private mutating func takeLine(_ lines: inout [ConsoleLine]) {
    for _ in 0..<2 where rest.last == UInt8(ascii: "\r") { rest.removeLast() }
    if rest.count > maximum { lines.append(takePiece()) }
    lines.append(line(rest, isEnded: true))
    rest.removeAll(keepingCapacity: true)
  }

  /// As much of a long line as one piece may hold.
  private mutating func takePiece() -> ConsoleLine {
    var end = maximum
    // Not within a character: go back to before its first byte.
    while end > maximum - 4, rest[end] & 0xC0 == 0x80 { end -= 1 }
    defer { rest.removeFirst(end) }
    return line(Array(rest[..<end]), isEnded: false)
  }

  private func line(_ bytes: [UInt8], isEnded: Bool) -> ConsoleLine {
    ConsoleLine(bytes: bytes.contains(0x1B) ? bytes.filter { $0 != 0x1B } : bytes, isEnded: isEnded)
  }
}
