// SPDX-License-Identifier: Apache-2.0

/// Makes bytes into valid UTF-8 without moving any of them.
enum UTF8Repair {
  /// Stands for a byte that is not UTF-8: the ASCII control character "substitute", neither blank nor letter nor digit.
  static let substitute: UInt8 = 0x1A

  /// Replaces each byte from `start` on that is not part of a UTF-8 sequence (Unicode 15, table 3-7).
  ///
  /// - Parameter isComplete: whether nothing comes after the bytes. Else a sequence that may yet become whole is left.
  /// - Returns: where the valid text ends: the end, or the begin of such a sequence.
  static func repair(_ bytes: inout [UInt8], from start: Int, isComplete: Bool) -> Int {
    var index = start
    let count = bytes.count
    return bytes.withUnsafeMutableBufferPointer { buffer in
      while index < count {
        if count - index >= 8 {
          let word = UnsafeRawPointer(buffer.baseAddress! + index).loadUnaligned(as: UInt64.self)
          if word & 0x8080_8080_8080_8080 == 0 {
            index += 8
            continue
          }
        }
        switch sequence(in: UnsafeBufferPointer(buffer), at: index) {
        case .whole(let length): index += length
        case .unfinished where !isComplete: return index
        case .unfinished, .invalid:
          buffer[index] = substitute
          index += 1
        }
      }
      return count
    }
  }

  private enum Sequence {
    case whole(Int)
    case unfinished
    case invalid
  }

  private static func sequence(in buffer: UnsafeBufferPointer<UInt8>, at index: Int) -> Sequence {
    let lead = buffer[index]
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0x00...0x7F: return .whole(1)
    case 0xC2...0xDF: length = 2
    case 0xE0:
      length = 3
      second = 0xA0...0xBF
    case 0xED:
      length = 3
      second = 0x80...0x9F
    case 0xE1...0xEF: length = 3
    case 0xF0:
      length = 4
      second = 0x90...0xBF
    case 0xF4:
      length = 4
      second = 0x80...0x8F
    case 0xF1...0xF3: length = 4
    default: return .invalid
    }
    for offset in 1..<length {
      guard index + offset < buffer.count else { return .unfinished }
      guard (offset == 1 ? second : 0x80...0xBF).contains(buffer[index + offset]) else { return .invalid }
    }
    return .whole(length)
  }
}
