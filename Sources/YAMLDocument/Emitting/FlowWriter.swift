// SPDX-License-Identifier: Apache-2.0

/// libyaml's flow style with every scalar in double quotes, written directly: it is the form of each log line.
struct FlowWriter {
  private(set) var output: [UInt8]

  /// libyaml's bound, in bytes of UTF-8, for a key that is written without `?`.
  private static let maximumSimpleKey = 128

  /// - Parameter output: what comes before.
  init(behind output: consuming [UInt8]) { self.output = output }

  mutating func write(_ value: YAMLValue) {
    switch value {
    case .sequence(let items):
      output.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { append(", ") }
        write(item)
      }
      output.append(UInt8(ascii: "]"))
    case .mapping(let pairs):
      output.append(UInt8(ascii: "{"))
      for (index, pair) in pairs.enumerated() {
        if index > 0 { append(", ") }
        writeKey(pair.key)
        write(pair.value)
      }
      output.append(UInt8(ascii: "}"))
    default: writeScalar(value)
    }
  }

  private mutating func writeKey(_ key: YAMLValue) {
    if Self.isSimple(key) {
      write(key)
      append(": ")
    } else {
      append("? ")
      write(key)
      append(" : ")
    }
  }

  /// Whether libyaml writes a key without `?`: on one line, and not long.
  private static func isSimple(_ key: YAMLValue) -> Bool {
    switch key {
    case .sequence(let items): items.isEmpty
    case .mapping(let pairs): pairs.isEmpty
    case .string(let text): text.utf8.count <= maximumSimpleKey && !text.unicodeScalars.contains(where: isBreak)
    default: true
    }
  }

  private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  private mutating func writeScalar(_ value: YAMLValue) {
    guard let (given, tag) = value.scalarText else { return }
    var text = given
    if tag != .string { append(ImplicitTag(of: text) == tag ? "! " : "!!timestamp ") }
    output.append(UInt8(ascii: "\""))
    let isPlain = text.withUTF8 { bytes in
      // Most text has nothing to escape: it goes as a whole.
      guard bytes.allSatisfy(Self.isPlain) else { return false }
      output += bytes
      return true
    }
    if !isPlain { for scalar in text.unicodeScalars { append(scalar) } }
    output.append(UInt8(ascii: "\""))
  }

  /// Whether a byte of UTF-8 stands for itself.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): false
    case 0x20..<0x7F: true
    default: false
    }
  }

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { output.append(contentsOf: $0) }
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x22: append("\\\"")
    case 0x5C: append("\\\\")
    case 0x20..<0x7F: output.append(UInt8(truncatingIfNeeded: scalar.value))
    case 0x00: append("\\0")
    case 0x07: append("\\a")
    case 0x08: append("\\b")
    case 0x09: append("\\t")
    case 0x0A: append("\\n")
    case 0x0B: append("\\v")
    case 0x0C: append("\\f")
    case 0x0D: append("\\r")
    case 0x1B: append("\\e")
    case 0x85: append("\\N")
    case 0xA0: append("\\_")
    case 0x2028: append("\\L")
    case 0x2029: append("\\P")
    case ...0xFF: appendEscape("x", scalar.value, digits: 2)
    case ...0xFFFF: appendEscape("u", scalar.value, digits: 4)
    default: appendEscape("U", scalar.value, digits: 8)
    }
  }

  private mutating func appendEscape(_ letter: Unicode.Scalar, _ value: UInt32, digits: Int) {
    output.append(UInt8(ascii: "\\"))
    output.append(UInt8(ascii: letter))
    for digit in (0..<digits).reversed() {
      let nibble = UInt8(truncatingIfNeeded: value >> (digit * 4)) & 0xF
      output.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10)
    }
  }
}
