// SPDX-License-Identifier: Apache-2.0

/// Bytes as text of 64 characters (RFC 4648, section 4, with padding).
package enum Base64 {
  /// The text of some bytes.
  package static func text(of bytes: Bytes) -> Bytes {
    var text: Bytes = []
    var start = 0
    while start < bytes.count {
      // Three bytes, zeros where there are fewer, are four digits.
      var value: UInt32 = 0
      for index in start..<(start + 3) { value = value << 8 | (index < bytes.count ? UInt32(bytes[index]) : 0) }
      for digit in 0..<4 {
        let isPadding = digit > bytes.count - start
        text.append(byte: isPadding ? UInt8(ascii: "=") : self.digit(value >> UInt32(18 - 6 * digit) & 63))
      }
      start += 3
    }
    return text
  }

  private static func digit(_ value: UInt32) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: value)
    switch value {
    case 0..<26: return UInt8(ascii: "A") + value
    case 26..<52: return UInt8(ascii: "a") + value - 26
    case 52..<62: return UInt8(ascii: "0") + value - 52
    case 62: return UInt8(ascii: "+")
    default: return UInt8(ascii: "/")
    }
  }
}
