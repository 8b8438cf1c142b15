// SPDX-License-Identifier: Apache-2.0

/// Text as Python reads and writes it, where LAVA's behaviour depends on it.
enum PythonText {
  /// `str.split()` on UTF-8: the words between white space of any kind.
  static func words(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var words: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let space = whitespaceLength(bytes, at: index)
      guard space > 0 else {
        index += 1
        continue
      }
      if start < index { words.append(bytes[start..<index]) }
      index += space
      start = index
    }
    if start < bytes.endIndex { words.append(bytes[start...]) }
    return words
  }

  /// How many bytes of white space stand at an index, 0 when there is none (`str.isspace`).
  private static func whitespaceLength(_ bytes: ArraySlice<UInt8>, at index: Int) -> Int {
    let first = bytes[index]
    guard first >= 0x80 else { return first.isASCIIWhitespace ? 1 : 0 }
    guard first == 0xC2 || first == 0xE1 || first == 0xE2 || first == 0xE3, index + 1 < bytes.endIndex else { return 0 }
    if first == 0xC2 { return bytes[index + 1] == 0x85 || bytes[index + 1] == 0xA0 ? 2 : 0 }
    guard index + 2 < bytes.endIndex else { return 0 }
    switch (first, bytes[index + 1], bytes[index + 2]) {
    case (0xE1, 0x9A, 0x80), (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8...0xA9), (0xE2, 0x80, 0xAF),
      (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80):
      return 3
    default:
      return 0
    }
  }

  /// `float(text)`; `nil` where Python raises ValueError. Digits are ASCII.
  static func float(_ text: String) -> Double? {
    var digits = text.utf8[...]
    if digits.first == UInt8(ascii: "+") || digits.first == UInt8(ascii: "-") { digits = digits.dropFirst() }
    switch String(digits)?.lowercased() {
    case "nan": return .nan
    case "inf", "infinity": return text.utf8.first == UInt8(ascii: "-") ? -.infinity : .infinity
    default: break
    }
    guard isDecimal(digits) else { return nil }
    return Double(text.contains("_") ? text.filter { $0 != "_" } : text)
  }

  /// Whether text without a sign is a decimal number: digits, a point, an exponent, `_` only between digits.
  private static func isDecimal(_ text: Substring.UTF8View) -> Bool {
    var rest = text
    var hasDigits = takeDigits(&rest)
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      if takeDigits(&rest) { hasDigits = true }
    }
    guard hasDigits else { return false }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
      guard takeDigits(&rest) else { return false }
    }
    return rest.isEmpty
  }

  /// Takes digits, each two of which one `_` may part.
  private static func takeDigits(_ text: inout Substring.UTF8View) -> Bool {
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false }
    guard isDigit(text.first) else { return false }
    while true {
      if isDigit(text.first) {
        text = text.dropFirst()
      } else if text.first == UInt8(ascii: "_"), isDigit(text.dropFirst().first) {
        text = text.dropFirst(2)
      } else {
        return true
      }
    }
  }

  /// `repr(text)`, for text without characters that Python would not print.
  static func quoted(_ text: String) -> String {
    let quote: Unicode.Scalar = text.contains("'") && !text.contains("\"") ? "\"" : "'"
    var out = String(quote)
    for scalar in text.unicodeScalars {
      switch scalar {
      case quote, "\\": out += "\\\(scalar)"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\0"..."\u{1F}", "\u{7F}":
        let hex = String(scalar.value, radix: 16)
        out += "\\x" + (hex.count == 1 ? "0" : "") + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    out.unicodeScalars.append(quote)
    return out
  }

  /// `repr` of a dict of strings.
  static func quoted(_ pairs: [(String, String)]) -> String {
    "{" + pairs.map { "\(quoted($0.0)): \(quoted($0.1))" }.joined(separator: ", ") + "}"
  }

  /// `"%.02f"` of a time in seconds that is not below zero.
  static func seconds(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let hundredths = seconds * 100 + (attoseconds + 5_000_000_000_000_000) / 10_000_000_000_000_000
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
