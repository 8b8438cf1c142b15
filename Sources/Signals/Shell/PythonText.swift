// SPDX-License-Identifier: Apache-2.0

/// Text as Python reads and writes it, where LAVA's behaviour depends on it.
package enum PythonText {
  /// `float(text)`; `nil` where Python raises ValueError. Digits are ASCII.
  package static func float(_ text: String) -> Double? {
    var digits = text.utf8[...]
    if digits.first == UInt8(ascii: "+") || digits.first == UInt8(ascii: "-") { digits = digits.dropFirst() }
    guard isDecimal(digits) else {
      switch String(digits)?.lowercased() {
      case "nan": return .nan
      case "inf", "infinity": return text.utf8.first == UInt8(ascii: "-") ? -.infinity : .infinity
      default: return nil
      }
    }
    return Double(text.utf8.contains(UInt8(ascii: "_")) ? text.filter { $0 != "_" } : text)
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

  /// `str.strip()`.
  package static func stripped(_ text: String) -> String {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }
    let head = text.unicodeScalars.drop(while: isSpace)
    return String(head.dropLast(head.reversed().prefix(while: isSpace).count))
  }

  /// `repr(text)`, for text without characters that Python would not print.
  package static func quoted(_ text: String) -> String {
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

  /// `repr` of a list of strings.
  package static func quoted(_ texts: [String]) -> String {
    "[" + texts.map { quoted($0) }.joined(separator: ", ") + "]"
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
