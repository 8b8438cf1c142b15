// SPDX-License-Identifier: Apache-2.0

/// LAVA drops the text of a log line that takes 100,000 characters or more. Pumice loses nothing: it cuts the text,
/// and each piece is a line of its own.
enum LineLimit {
  /// How many characters a piece may take once it is escaped; the rest of the line needs less than what remains.
  static let characters = 98_000

  /// Whether the text is so short that it fits whatever is escaped: no byte takes more than four characters (`\x1f`).
  static func fits(_ text: String) -> Bool { text.utf8.count <= characters / 4 }

  /// The text in pieces that fit; itself if it does.
  static func pieces(of text: String) -> [String] {
    guard !fits(text) else { return [text] }
    var pieces: [String] = []
    var begin = text.startIndex
    var used = 0
    for index in text.unicodeScalars.indices {
      let cost = cost(of: text.unicodeScalars[index])
      if used + cost > characters {
        pieces.append(String(text[begin..<index]))
        begin = index
        used = 0
      }
      used += cost
    }
    pieces.append(String(text[begin...]))
    return pieces
  }

  /// The length of a scalar's longest escape in YAML.
  private static func cost(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20, 0x21, 0x23...0x5B, 0x5D...0x7E: 1
    case 0..<0x100: 4
    case 0x100..<0x10000: 6
    default: 10
    }
  }
}
