// SPDX-License-Identifier: Apache-2.0

/// What a board printed after a newline was typed tells whether the newline arrived.
package enum NewlineEcho: Sendable, Hashable {
  /// Nothing has come, or only the kernel's lines.
  case missing
  /// The end of a line came first, as a terminal echoes a newline; or so much else that the newline must have worked.
  case present
  /// A character came instead: the newline was garbled on its way.
  case garbled

  /// More than this is no garbled echo of a carriage return and a newline.
  private static let longest = 2

  /// - Parameter bytes: all that came since the newline was typed.
  package init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let next = Self.afterFiller(rest) { rest = next }
    switch rest.first {
    case nil: self = .missing
    case UInt8(ascii: "\r"), UInt8(ascii: "\n"): self = .present
    default: self = rest.count > Self.longest ? .present : .garbled
    }
  }

  /// Passes over what says nothing of the newline: a control sequence, a bell, a whole line of the kernel's. Nil where
  /// none of it comes next.
  private static func afterFiller(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    switch bytes.first {
    case 0x00, 0x07: return bytes.dropFirst()
    case 0x1B:
      guard bytes.dropFirst().first == UInt8(ascii: "[") else { return bytes.dropFirst(2) }
      return bytes.dropFirst(2).drop { !(0x40...0x7E).contains($0) }.dropFirst()
    case UInt8(ascii: "["):
      let stamp = bytes.dropFirst().prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ".") || Self.isDigit($0) }
      guard stamp.contains(UInt8(ascii: ".")), bytes[stamp.endIndex...].first == UInt8(ascii: "]") else { return nil }
      return bytes.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
    default: return nil
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
