// SPDX-License-Identifier: Apache-2.0

/// Reads ` #<number>.<sum>` byte by byte (docs/Signals.md, "Trailer").
struct TrailerReader: Sendable {
  enum Step {
    /// The byte belongs to a trailer that goes on.
    case more
    /// The byte is the trailer's last.
    case complete
    /// The byte does not belong to a trailer.
    case ended
  }

  /// More digits than a board can count up to; keeps the number inside an `Int`.
  private static let mostDigits = 18
  private static let sumDigits = 8

  private enum Stage {
    case space, hash, number, sum
  }

  private var stage = Stage.space
  private var digits = 0
  private var number = 0
  private var sum: UInt32 = 0

  mutating func take(_ byte: UInt8) -> Step {
    switch (stage, byte) {
    case (.space, UInt8(ascii: " ")):
      stage = .hash
    case (.hash, UInt8(ascii: "#")):
      stage = .number
    case (.number, UInt8(ascii: "0")...UInt8(ascii: "9")):
      guard digits < Self.mostDigits, digits > 0 || byte != UInt8(ascii: "0") else { return .ended }
      number = number * 10 + Int(byte - UInt8(ascii: "0"))
      digits += 1
    case (.number, UInt8(ascii: ".")):
      guard digits > 0 else { return .ended }
      stage = .sum
      digits = 0
    case (.sum, UInt8(ascii: "0")...UInt8(ascii: "9")):
      return takeSumDigit(byte - UInt8(ascii: "0"))
    case (.sum, UInt8(ascii: "a")...UInt8(ascii: "f")):
      return takeSumDigit(byte - UInt8(ascii: "a") + 10)
    default:
      return .ended
    }
    return .more
  }

  private mutating func takeSumDigit(_ digit: UInt8) -> Step {
    sum = sum << 4 | UInt32(digit)
    digits += 1
    return digits == Self.sumDigits ? .complete : .more
  }

  /// Whether no byte of a trailer has come yet.
  var isUntouched: Bool {
    if case .space = stage { true } else { false }
  }

  /// The trailer as far as it was read; `nil` when its number is not known to be whole.
  var trailer: SignalTrailer? {
    guard case .sum = stage else { return nil }
    return SignalTrailer(number: number, sum: digits == Self.sumDigits ? sum : nil)
  }
}
