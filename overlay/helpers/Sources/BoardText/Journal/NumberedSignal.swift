// SPDX-License-Identifier: Apache-2.0

/// A signal with its place in the run, so that the host can tell whether one is missing, torn or forged
/// (docs/Signals.md, "Trailer").
package struct NumberedSignal {
  /// The signal's number in this start of the runner, from 1 on.
  package let number: UInt64
  /// The signal, from its first `<` to its closing `>`.
  package let text: Bytes
  /// CRC-32C of nonce, space, number, space, text.
  package let sum: UInt32

  /// - Parameter nonce: as the host typed it.
  package init(number: UInt64, text: Bytes, nonce: Bytes) {
    self.number = number
    self.text = text
    var key: Bytes = []
    key.append(decimal: number)
    sum = CRC32C.sum(of: Bytes.joining([nonce, key, text], by: " "))
  }

  /// What is printed, without the newline: the signal, a space, `#17.5f3a9c01`.
  package var line: Bytes {
    var line = text
    line.append(" #")
    line.append(decimal: number)
    line.append(".")
    line.append(hexadecimal: sum)
    return line
  }

  /// What is journalled, with the newline: `17 5f3a9c01 <LAVA_SIGNAL_…>`.
  package var record: Bytes {
    var record: Bytes = []
    record.append(decimal: number)
    record.append(" ")
    record.append(hexadecimal: sum)
    record.append(" ")
    record.append(escaping: text)
    record.append("\n")
    return record
  }
}

extension [UInt8] {
  /// Appends eight lower-case hex digits.
  package mutating func append(hexadecimal value: UInt32) {
    for shift in stride(from: 28, through: 0, by: -4) {
      append(byte: .hexadecimal(UInt8(truncatingIfNeeded: value >> UInt32(shift)) & 0xF))
    }
  }
}
