// SPDX-License-Identifier: Apache-2.0

/// Turns the text of a scalar into what PyYAML's SafeConstructor makes of it.
enum ScalarValue {
  /// The value of a text by its implicit tag, or nil where the text has the form but no value: an integer beyond
  /// 64 bits, or no digit at all (`0x_`).
  static func value(of text: String, as tag: ImplicitTag) -> YAMLValue? {
    switch tag {
    case .null: .null
    case .bool: bool(text).map(YAMLValue.bool)
    case .int: int(text).map(YAMLValue.int)
    case .float: float(text).map(YAMLValue.float)
    case .timestamp: .timestamp(text)
    case .merge, .value, .indicator, .string: .string(text)
    }
  }

  private static func bool(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "yes", "true", "on": true
    case "no", "false", "off": false
    default: nil
    }
  }

  /// Decimal, `0b`, `0x`, octal by a leading zero, and base 60 (`1:30` is 90); underscores are ignored.
  private static func int(_ text: String) -> Int? {
    var digits = text.utf8.filter { $0 != UInt8(ascii: "_") }[...]
    let sign = digits.first == UInt8(ascii: "-") ? "-" : ""
    if digits.first == UInt8(ascii: "-") || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    let body = String(decoding: digits, as: UTF8.self)
    if body.hasPrefix("0b") { return Int(sign + body.dropFirst(2), radix: 2) }
    if body.hasPrefix("0x") { return Int(sign + body.dropFirst(2), radix: 16) }
    if body.hasPrefix("0"), body.utf8.count > 1 { return Int(sign + body, radix: 8) }
    guard body.utf8.contains(UInt8(ascii: ":")) else { return Int(sign + body) }
    var total = 0
    for part in body.split(separator: ":") {
      guard let digit = Int(part) else { return nil }
      let (product, overflowed) = total.multipliedReportingOverflow(by: 60)
      let (sum, carried) = product.addingReportingOverflow(digit)
      if overflowed || carried { return nil }
      total = sum
    }
    return sign.isEmpty ? total : -total
  }

  private static func float(_ text: String) -> Double? {
    var digits = text.lowercased().utf8.filter { $0 != UInt8(ascii: "_") }[...]
    let sign = digits.first == UInt8(ascii: "-") ? -1.0 : 1.0
    if digits.first == UInt8(ascii: "-") || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    let body = String(decoding: digits, as: UTF8.self)
    if body == ".inf" { return sign * .infinity }
    if body == ".nan" { return .nan }
    guard body.utf8.contains(UInt8(ascii: ":")) else { return decimal(body).map { sign * $0 } }
    var total = 0.0
    var base = 1.0
    for part in body.split(separator: ":").reversed() {
      guard let digit = decimal(String(part)) else { return nil }
      total += digit * base
      base *= 60
    }
    return sign * total
  }

  /// Swift wants a digit on both sides of the dot; YAML and Python do not.
  private static func decimal(_ text: String) -> Double? {
    guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return Double(text) }
    let whole = text[..<dot]
    let fraction = text[text.utf8.index(after: dot)...]
    let padding = fraction.utf8.first.map { $0 &- 0x30 < 10 } == true ? "" : "0"
    return Double("\(whole.isEmpty ? "0" : whole).\(padding)\(fraction)")
  }
}

extension ScalarValue {
  /// The value of a text under an explicit tag such as `!!int`, or nil where the text is no such thing.
  static func value(of text: String, tagged tag: CoreTag) -> YAMLValue? {
    let implicit = ImplicitTag(of: text)
    switch tag {
    case .str, .value, .merge: return .string(text)
    case .null: return .null
    case .bool: return implicit == .bool ? value(of: text, as: .bool) : nil
    case .int: return implicit == .int ? value(of: text, as: .int) : nil
    case .float:
      if case .int(let number) = value(of: text, as: implicit) { return .float(Double(number)) }
      return implicit == .float ? value(of: text, as: .float) : nil
    case .timestamp: return implicit == .timestamp ? .timestamp(text) : nil
    case .seq, .map: return nil
    }
  }
}

/// The tags of YAML 1.1's type repository that Pumice reads.
enum CoreTag: String, CaseIterable {
  case str
  case int
  case float
  case bool
  case null
  case timestamp
  case merge
  case value
  case seq
  case map

  /// - Parameter tag: an expanded tag, `tag:yaml.org,2002:str`.
  init?(_ tag: String) {
    let prefix = "tag:yaml.org,2002:"
    guard tag.hasPrefix(prefix) else { return nil }
    self.init(rawValue: String(tag.dropFirst(prefix.count)))
  }
}
