// SPDX-License-Identifier: Apache-2.0

/// The parameters of a signal, parted at white space of any kind (Python's `str.split`).
///
/// Our helpers write `%XX` for a byte that would not come through, and say so by a last word `ESCAPED=yes`
/// (docs/Signals.md, "Escaped values"): then words are handed out as they were meant, without control sequences.
struct SignalWords: Sendable {
  let bytes: [UInt8]
  /// Where the words lie in ``bytes``.
  private(set) var ranges: [Range<Int>] = []
  private var isEscaped = false

  /// - Parameters:
  ///   - parameters: part of a signal's bytes.
  ///   - mayBeEscaped: whether a last word `ESCAPED=yes` is one of our helpers.
  init(_ parameters: ArraySlice<UInt8>, mayBeEscaped: Bool = false) {
    bytes = Array(parameters)
    ranges.reserveCapacity(4)
    bytes.withUnsafeBytes { bytes in
      var start = 0
      var index = 0
      while index < bytes.count {
        let space = Self.whitespaceLength(bytes, at: index)
        guard space > 0 else {
          index += 1
          continue
        }
        if start < index { ranges.append(start..<index) }
        index += space
        start = index
      }
      if start < index { ranges.append(start..<index) }
    }
    if mayBeEscaped, ranges.count > 1, let last = ranges.last, bytes[last].elementsEqual(Self.mark) {
      isEscaped = true
      ranges.removeLast()
    }
  }

  private static let mark = Array("ESCAPED=yes".utf8)

  var count: Int { ranges.count }

  /// A word; bytes that are not UTF-8 are replaced.
  subscript(index: Int) -> String { text(ranges[index]) }

  /// The first word.
  var first: String? { ranges.first.map(text) }

  /// The words joined by one space.
  var sentence: String { ranges.map(text).joined(separator: " ") }

  /// Part of the bytes as text.
  func text(_ range: Range<Int>) -> String {
    if isEscaped { return String(decoding: TerminalBytes.plain(Self.unescaped(bytes[range])), as: UTF8.self) }
    return bytes.withUnsafeBytes { String(decoding: UnsafeRawBufferPointer(rebasing: $0[range]), as: UTF8.self) }
  }

  /// With each `%XX` turned back into its byte.
  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.endIndex, let high = digit(bytes[index + 1]),
        let low = digit(bytes[index + 2])
      {
        out.append(high << 4 | low)
        index += 3
      } else {
        out.append(bytes[index])
        index += 1
      }
    }
    return out
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
  }

  /// How many bytes of white space stand at an index, 0 when there is none (`str.isspace`).
  private static func whitespaceLength(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int {
    let first = bytes[index]
    guard first >= 0x80 else { return first.isASCIIWhitespace ? 1 : 0 }
    guard first == 0xC2 || first == 0xE1 || first == 0xE2 || first == 0xE3, index + 1 < bytes.count else { return 0 }
    if first == 0xC2 { return bytes[index + 1] == 0x85 || bytes[index + 1] == 0xA0 ? 2 : 0 }
    guard index + 2 < bytes.count else { return 0 }
    switch (first, bytes[index + 1], bytes[index + 2]) {
    case (0xE1, 0x9A, 0x80), (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8...0xA9), (0xE2, 0x80, 0xAF),
      (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80):
      return 3
    default:
      return 0
    }
  }
}
