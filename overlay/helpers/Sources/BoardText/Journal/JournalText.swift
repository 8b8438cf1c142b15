// SPDX-License-Identifier: Apache-2.0

/// The records of the journal that the runner begins and every helper appends to (docs/Signals.md, "Journal").
package enum JournalText {
  /// The first line: `pumice-journal 1 <nonce> <epoch>`.
  package static func header(nonce: Bytes, epoch: UInt64) -> Bytes {
    var record = Bytes("pumice-journal 1 ")
    record.append(nonce)
    record.append(" ")
    record.append(decimal: epoch)
    record.append("\n")
    return record
  }

  /// `begin 0_smoke`: a definition starts.
  package static func begin(_ definition: Bytes) -> Bytes {
    var record = Bytes("begin ")
    record.append(escaping: definition)
    record.append("\n")
    return record
  }

  /// `install 0_smoke 1` or `exit 0_smoke 0`: a script of a definition ended with this status.
  package static func ended(_ script: Script, of definition: Bytes, status: Int32) -> Bytes {
    var record: Bytes
    switch script {
    case .install: record = Bytes("install ")
    case .run: record = Bytes("exit ")
    }
    record.append(escaping: definition)
    record.append(" ")
    record.append(decimal: status)
    record.append("\n")
    return record
  }

  /// `end 17`: the runner is done, after this many signals.
  package static func end(count: UInt64) -> Bytes {
    var record = Bytes("end ")
    record.append(decimal: count)
    record.append("\n")
    return record
  }

  /// A script of a definition.
  package enum Script {
    /// install.sh
    case install
    /// run.sh
    case run
  }

  /// The nonce as it goes into sums: what was typed, when that is 1 to 16 lower-case hex digits; else `nil`.
  package static func nonce(_ typed: Bytes) -> Bytes? {
    guard (1...16).contains(typed.count) else { return nil }
    for byte in typed where !byte.isDigit && !(UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte) { return nil }
    return typed
  }

  /// Nonce and epoch of a journal, from its first line; `nil` when that is not a header that is known here.
  package static func start(_ bytes: Bytes) -> (nonce: Bytes, epoch: UInt64)? {
    guard let end = bytes.index(of: .newline) else { return nil }
    return start(line: bytes.part(0..<end))
  }

  /// Nonce and epoch in the first line of a journal, without its newline.
  package static func start(line: Bytes) -> (nonce: Bytes, epoch: UInt64)? {
    guard line.begins(with: "pumice-journal 1 ") else { return nil }
    let words = line.words
    guard words.count == 4, let nonce = nonce(words[2]), let epoch = words[3].decimal else { return nil }
    return (nonce, epoch)
  }
}

/// What the end of a journal says about the next record.
package struct JournalTail: Equatable {
  /// The number of the last signal; 0 before the first.
  package let lastNumber: UInt64
  /// Whether the runner has closed the journal: nothing is appended after that.
  package let isClosed: Bool
  /// How many of the bytes belong to whole lines. What follows was never printed, and is cut off.
  package let wholeLength: Int

  /// Reads the last bytes of a journal.
  ///
  /// - Parameter isWhole: whether `bytes` is the whole file. Else the first line may be half a line and does not count.
  /// - Returns: `nil` when these bytes are too few to tell.
  package init?(_ bytes: Bytes, isWhole: Bool) {
    var end = bytes.count
    while end > 0, bytes[end - 1] != .newline { end -= 1 }
    let wholeLength = end
    var isLast = true
    var isClosed = false
    while end > 0 {
      var start = end - 1
      while start > 0, bytes[start - 1] != .newline { start -= 1 }
      if start == 0, !isWhole { return nil }
      if isLast { isClosed = bytes.holds("end ", at: start) }
      isLast = false
      if bytes[start].isDigit {
        var stop = start
        while bytes[stop].isDigit { stop += 1 }
        self.init(lastNumber: bytes.part(start..<stop).decimal ?? 0, isClosed: isClosed, wholeLength: wholeLength)
        return
      }
      end = start
    }
    guard isWhole else { return nil }
    self.init(lastNumber: 0, isClosed: isClosed, wholeLength: wholeLength)
  }

  package init(lastNumber: UInt64, isClosed: Bool, wholeLength: Int) {
    self.lastNumber = lastNumber
    self.isClosed = isClosed
    self.wholeLength = wholeLength
  }
}

extension [UInt8] {
  /// Appends text in one line: a newline as `\n`, a backslash as `\\`.
  mutating func append(escaping text: Bytes) {
    for byte in text {
      switch byte {
      case .newline: append("\\n")
      case UInt8(ascii: "\\"): append("\\\\")
      default: append(byte: byte)
      }
    }
  }

  /// The text of which these are the bytes in a record: the way back from `append(escaping:)`.
  var unescapingRecord: Bytes {
    var text: Bytes = []
    var isEscaped = false
    for byte in self {
      if isEscaped {
        text.append(byte: byte == UInt8(ascii: "n") ? .newline : byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        text.append(byte: byte)
      }
    }
    return text
  }

  /// The number that the bytes are in decimal; `nil` when they are not, or are above 2^64-1.
  package var decimal: UInt64? {
    guard !isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in self {
      guard byte.isDigit else { return nil }
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, carries) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      if isTooLarge || carries { return nil }
      value = sum
    }
    return value
  }
}
