// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// A message with its length before it: eight hexadecimal digits, then JSON (spec multinode §3).
package enum WireFrame {
  package static let headerSize = 8
  /// The longest message that LAVA's clients send, in bytes.
  package static let longestRequest = 0xFFFE
  /// The longest answer that is read, in bytes.
  package static let longestAnswer = 32 << 20

  package static func bytes(of value: YAMLValue) -> [UInt8] {
    let text = WireText.text(of: value)
    let digits = String(text.count, radix: 16, uppercase: true)
    return Array(String(repeating: "0", count: max(headerSize - digits.count, 0)).utf8) + Array(digits.utf8) + text
  }

  /// The length that a header says; nil where it is none.
  package static func length(_ header: some Collection<UInt8>) -> Int? {
    guard header.count == headerSize else { return nil }
    var length = 0
    for byte in header {
      guard let digit = byte.hexDigit else { return nil }
      length = length << 4 | Int(digit)
    }
    return length
  }
}
