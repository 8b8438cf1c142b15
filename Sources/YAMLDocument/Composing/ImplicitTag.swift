// SPDX-License-Identifier: Apache-2.0

/// What YAML 1.1 makes of a plain scalar, by its text alone: PyYAML's implicit resolver.
///
/// The grammar is PyYAML 6's, which is stricter than the YAML 1.1 type repository: `y` and `n` are strings, a float
/// needs a dot and a signed exponent (`1e3` is a string), and no sign stands before a leading dot (`-.5`).
enum ImplicitTag: Hashable {
  case null
  case bool
  case int
  case float
  case timestamp
  /// `<<`
  case merge
  /// `=`
  case value
  /// `!`, `&` or `*` alone: never read as a plain scalar, so it must be written in quotes.
  case indicator
  case string

  init(of text: String) {
    var text = text
    self = text.withUTF8 { ImplicitTag(of: $0) }
  }

  private init(of bytes: UnsafeBufferPointer<UInt8>) {
    guard let first = bytes.first else {
      self = .null
      return
    }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      self = Self.number(bytes)
    case UInt8(ascii: "<"): self = Self.isOne(of: ["<<"], bytes) ? .merge : .string
    case UInt8(ascii: "="): self = bytes.count == 1 ? .value : .string
    case UInt8(ascii: "!"), UInt8(ascii: "&"), UInt8(ascii: "*"): self = bytes.count == 1 ? .indicator : .string
    case UInt8(ascii: "~"): self = bytes.count == 1 ? .null : .string
    default:
      if Self.isOne(of: Self.nulls, bytes) {
        self = .null
      } else {
        self = Self.isOne(of: Self.trueWords, bytes) || Self.isOne(of: Self.falseWords, bytes) ? .bool : .string
      }
    }
  }

  private static let nulls: [StaticString] = ["null", "Null", "NULL"]
  private static let trueWords: [StaticString] = [
    "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
  ]
  private static let falseWords: [StaticString] = [
    "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
  ]

  private static func isOne(of words: [StaticString], _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= 5 else { return false }
    return words.contains { word in word.withUTF8Buffer { $0.elementsEqual(bytes) } }
  }

  private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> ImplicitTag {
    var grammar = NumberGrammar(bytes)
    if grammar.isInt() { return .int }
    if grammar.isFloat() { return .float }
    return grammar.isTimestamp() ? .timestamp : .string
  }
}

/// The regular expressions of PyYAML 6 for numbers and times, by hand: this runs for each scalar read or written.
private struct NumberGrammar {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private var isAtEnd: Bool { position == bytes.count }

  private func next(_ offset: Int = 0) -> UInt8 {
    position + offset < bytes.count ? bytes[position + offset] : 0
  }

  private mutating func eat(_ character: Unicode.Scalar) -> Bool {
    guard next() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Takes bytes as long as they fit, at most `limit`, and says how many.
  @discardableResult
  private mutating func eat(upTo limit: Int = .max, while fits: (UInt8) -> Bool) -> Int {
    let start = position
    while position < bytes.count, position - start < limit, fits(bytes[position]) { position += 1 }
    return position - start
  }

  private mutating func eatSign() {
    if !eat("-") { _ = eat("+") }
  }

  /// `(?::[0-5]?[0-9])+`
  private mutating func eatSexagesimal() -> Bool {
    var count = 0
    while next() == UInt8(ascii: ":"), isDigit(next(1)) {
      position += 2
      if isDigit(next()), bytes[position - 1] <= UInt8(ascii: "5") { position += 1 }
      count += 1
    }
    return count > 0
  }

  /// `[-+]?` and one of `0b[0-1_]+`, `0[0-7_]+`, `0`, `[1-9][0-9_]*`, `0x[0-9a-fA-F_]+`,
  /// `[1-9][0-9_]*(?::[0-5]?[0-9])+`.
  mutating func isInt() -> Bool {
    position = 0
    eatSign()
    if eat("0") {
      if isAtEnd { return true }
      if eat("b") {
        return eat { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "1") || isUnderscore($0) } > 0 && isAtEnd
      }
      if eat("x") { return eat { isHexadecimal($0) || isUnderscore($0) } > 0 && isAtEnd }
      eat { isOctal($0) || isUnderscore($0) }
      return isAtEnd
    }
    guard isDigit(next()) else { return false }
    eat { isDigit($0) || isUnderscore($0) }
    return isAtEnd || eatSexagesimal() && isAtEnd
  }

  /// `[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?`, `\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?`,
  /// `[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*`, `[-+]?\.(?:inf|Inf|INF)` or `\.(?:nan|NaN|NAN)`.
  mutating func isFloat() -> Bool {
    position = 0
    eatSign()
    let isSigned = position > 0
    if eat(".") {
      if !isSigned, isDigit(next()) {
        eat { isDigit($0) || isUnderscore($0) }
        return eatExponent() && isAtEnd
      }
      return ends(with: ["inf", "Inf", "INF"]) || !isSigned && ends(with: ["nan", "NaN", "NAN"])
    }
    guard isDigit(next()) else { return false }
    eat { isDigit($0) || isUnderscore($0) }
    let isSexagesimal = eatSexagesimal()
    guard eat(".") else { return false }
    eat { isDigit($0) || isUnderscore($0) }
    return (isSexagesimal || eatExponent()) && isAtEnd
  }

  /// `(?:[eE][-+][0-9]+)?`
  private mutating func eatExponent() -> Bool {
    guard next() | 0x20 == UInt8(ascii: "e") else { return true }
    guard next(1) == UInt8(ascii: "-") || next(1) == UInt8(ascii: "+") else { return false }
    position += 2
    return eat(while: isDigit) > 0
  }

  private func ends(with words: [StaticString]) -> Bool {
    let rest = UnsafeBufferPointer(rebasing: bytes[position...])
    return words.contains { word in word.withUTF8Buffer { $0.elementsEqual(rest) } }
  }

  /// A date `2026-11-21`, or a date and a time: `2026-11-21T10:00:00.5Z`, `2026-1-2 3:04:05 +2`.
  mutating func isTimestamp() -> Bool {
    position = 0
    guard eat(upTo: 4, while: isDigit) == 4, eat("-") else { return false }
    let month = eat(upTo: 2, while: isDigit)
    guard month > 0, eat("-") else { return false }
    let day = eat(upTo: 2, while: isDigit)
    guard day > 0 else { return false }
    if isAtEnd { return month == 2 && day == 2 }
    if next() | 0x20 == UInt8(ascii: "t") {
      position += 1
    } else if eat(while: isBlank) == 0 {
      return false
    }
    guard eat(upTo: 2, while: isDigit) > 0 else { return false }
    for _ in 0..<2 {
      guard eat(":"), eat(upTo: 2, while: isDigit) == 2 else { return false }
    }
    if eat(".") { eat(while: isDigit) }
    return eatZone() && isAtEnd
  }

  /// `(?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9][0-9])?))?`
  private mutating func eatZone() -> Bool {
    if isAtEnd { return true }
    eat(while: isBlank)
    if eat("Z") { return true }
    guard next() == UInt8(ascii: "-") || next() == UInt8(ascii: "+") else { return false }
    position += 1
    guard eat(upTo: 2, while: isDigit) > 0 else { return false }
    return isAtEnd || eat(":") && eat(upTo: 2, while: isDigit) == 2
  }
}

private func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
private func isOctal(_ byte: UInt8) -> Bool { byte &- 0x30 < 8 }
private func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }
private func isUnderscore(_ byte: UInt8) -> Bool { byte == 0x5F }
/// A space or a tab.
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
