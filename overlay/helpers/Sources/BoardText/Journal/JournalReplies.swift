// SPDX-License-Identifier: Apache-2.0

/// What `lava-journal` prints of a journal, so that the host has again what the line has lost (docs/Signals.md, "Asking
/// again"). A mark is a record that is not a signal: `begin`, `install`, `exit`, `end`.
package struct JournalReplies {
  private let nonce: Bytes
  private let selection: JournalSelection
  /// How many marks have been read.
  private var marks: UInt64 = 0
  /// The number of the last signal that has been read; 0 before the first.
  private var lastNumber: UInt64 = 0

  package init(nonce: Bytes, selection: JournalSelection) {
    self.nonce = nonce
    self.selection = selection
  }

  /// Takes the journal's next record: what stands before a newline, the first line left out.
  ///
  /// - Returns: the line to print, without its newline; `nil` when the record is not asked for.
  package mutating func reply(to record: Bytes) -> Bytes? {
    let numberEnd = record.index(of: .space) ?? record.count
    var key: Bytes = []
    if let number = record.part(0..<numberEnd).decimal {
      lastNumber = number
      guard selection.contains(number, isMark: false) else { return nil }
      key.append(decimal: number)
      // The sum that was journalled, not a new one: so the host sees when the storage has changed the text since.
      let sumStart = min(numberEnd + 1, record.count)
      let sumEnd = record.index(of: .space, from: sumStart) ?? record.count
      return Self.line(key, record.part(sumStart..<sumEnd), record.part(from: min(sumEnd + 1, record.count)))
    }
    marks += 1
    guard selection.contains(marks, isMark: true) else { return nil }
    key.append("+")
    key.append(decimal: marks)
    key.append("/")
    key.append(decimal: lastNumber)
    return line(key, record)
  }

  /// The line behind the last reply: how many marks and signals the journal has in all.
  package var closing: Bytes {
    var key = Bytes("=")
    key.append(decimal: marks)
    key.append("/")
    key.append(decimal: lastNumber)
    return line(key, Bytes("journal"))
  }

  private func line(_ key: Bytes, _ record: Bytes) -> Bytes {
    var sum: Bytes = []
    sum.append(hexadecimal: CRC32C.sum(of: Bytes.joining([nonce, key, record.unescapingRecord], by: " ")))
    return Self.line(key, sum, record)
  }

  /// - Parameter record: as it is in the journal.
  private static func line(_ key: Bytes, _ sum: Bytes, _ record: Bytes) -> Bytes {
    var line = Bytes("<LAVA_JOURNAL ")
    line.append(key)
    line.append(".")
    line.append(masking: sum)
    line.append(" ")
    line.append(masking: record)
    line.append(">")
    return line
  }
}

extension [UInt8] {
  /// Appends bytes of a record, in which a backslash and a newline are escaped already, so that nothing in them looks
  /// like a signal or ends the line.
  fileprivate mutating func append(masking record: Bytes) {
    for byte in record {
      switch byte {
      case UInt8(ascii: "<"): append("\\l")
      case UInt8(ascii: ">"): append("\\g")
      case UInt8(ascii: "\r"): append("\\r")
      default: append(byte: byte)
      }
    }
  }
}
