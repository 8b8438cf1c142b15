// SPDX-License-Identifier: Apache-2.0

/// Makes what a board printed fit to be shown in a message.
enum TerminalText {
  /// The last lines that hold something, without control characters and the sequences that move a terminal's cursor
  /// or colour its text (ECMA-48 §5.4).
  static func lastLines(of bytes: [UInt8], count: Int) -> [String] {
    lines(of: bytes).filter { line in !line.allSatisfy(\.isWhitespace) }.suffix(count)
  }

  /// All lines, the last one too that is not ended, without control characters and sequences.
  static func lines(of bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(
      plain
    )
  }

  private static func plain(_ line: Substring) -> String {
    var text = String.UnicodeScalarView()
    var scalars = line.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      if scalar == "\u{1B}" {
        // A control sequence ends with a character from 0x40 to 0x7E; another escape is one character long.
        guard scalars.next() == "[" else { continue }
        while let next = scalars.next(), !(0x40...0x7E).contains(next.value) {}
      } else if scalar == "\t" {
        text.append(" ")
      } else if scalar.properties.generalCategory != .control {
        text.append(scalar)
      }
    }
    return String(text)
  }
}
