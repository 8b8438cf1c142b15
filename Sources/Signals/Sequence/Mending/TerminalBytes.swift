// SPDX-License-Identifier: Apache-2.0

/// What a terminal, or a program that colours its output, adds to the bytes of a signal.
enum TerminalBytes {
  private static let escape: UInt8 = 0x1B

  /// Without the `\r` that a terminal puts before `\n`.
  static func withoutReturns(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      let isBeforeNewline = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
      if byte != UInt8(ascii: "\r") || !isBeforeNewline { out.append(byte) }
    }
    return out
  }

  /// Without returns, NULs, and control sequences of ECMA-48 (`ESC [ … letter`, `ESC ] … BEL`, `ESC letter`).
  static func plain(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case escape: index = end(ofSequence: bytes, from: index)
      case 0: index += 1
      default:
        out.append(bytes[index])
        index += 1
      }
    }
    return withoutReturns(out)
  }

  /// Whether ``plain(_:)`` would take something out.
  static func hasControls(_ bytes: some Collection<UInt8>) -> Bool { bytes.contains { $0 == escape || $0 == 0 } }

  /// Behind a sequence that begins with ESC.
  private static func end(ofSequence bytes: [UInt8], from start: Int) -> Int {
    guard start + 1 < bytes.count else { return bytes.count }
    switch bytes[start + 1] {
    case UInt8(ascii: "["):
      let final = bytes[(start + 2)...].firstIndex { (0x40...0x7E).contains($0) }
      return final.map { $0 + 1 } ?? bytes.count
    case UInt8(ascii: "]"):
      let bell = bytes[(start + 2)...].firstIndex { $0 == 0x07 || $0 == escape }
      return bell.map { bytes[$0] == escape ? min($0 + 2, bytes.count) : $0 + 1 } ?? bytes.count
    default: return start + 2
    }
  }
}
