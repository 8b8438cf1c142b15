// SPDX-License-Identifier: Apache-2.0

/// What stands between a signal's name and its closing `>` (docs/Signals.md, "Escaped values"): LAVA's bytes as long as a
/// host can read them back, else with `%XX` for the bytes that it would lose, and a last word that says so.
package struct SignalParameters {
  private var plain: Bytes = []
  private var escaped: Bytes = []
  private var isEscaped = false

  package init() {}

  /// Appends what is never escaped: a key, a keyword, a separator.
  @inline(never)
  package mutating func append(_ text: StaticString) {
    plain.append(text)
    escaped.append(text)
  }

  /// Appends a value: one word for the host.
  package mutating func append(value: Bytes) {
    append(value, mayHaveSpaces: false)
  }

  /// Appends a message, whose words the host reads as they come.
  package mutating func append(message: Bytes) {
    append(message, mayHaveSpaces: true)
  }

  /// All parameters.
  package var bytes: Bytes {
    // A value that ends like the last word is escaped, too: what the host takes off is always ours.
    guard isEscaped || plain.holds("ESCAPED=yes", at: max(0, plain.count - 11)) else { return plain }
    var bytes = escaped
    bytes.append(" ESCAPED=yes")
    return bytes
  }

  @inline(never)
  private mutating func append(_ value: Bytes, mayHaveSpaces: Bool) {
    for byte in value {
      switch byte {
      case .space where mayHaveSpaces:
        escaped.append(byte: byte)
      case 0...0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"):
        isEscaped = true
        escaped.append(percent: byte)
      case UInt8(ascii: "%"):
        escaped.append(percent: byte)
      default:
        escaped.append(byte: byte)
      }
    }
    plain.append(value)
  }
}

extension [UInt8] {
  @inline(never)
  private mutating func append(upperHexadecimal value: UInt8) {
    append(byte: value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10)
  }

  /// Appends a byte as a percent sign and two upper-case hex digits.
  fileprivate mutating func append(percent byte: UInt8) {
    append("%")
    append(upperHexadecimal: byte >> 4)
    append(upperHexadecimal: byte & 0xF)
  }
}
