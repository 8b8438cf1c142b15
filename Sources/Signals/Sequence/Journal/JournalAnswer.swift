// SPDX-License-Identifier: Apache-2.0

/// A line of what `lava-journal` answers: `<LAVA_JOURNAL KEY.SUM TEXT>` (docs/Signals.md, "Asking again").
struct JournalAnswer: Sendable, Equatable {
  enum Key: Sendable, Equatable {
    /// The number of a signal.
    case signal(Int)
    /// A mark of the runner: its index among the marks, from 1, and the number of the last signal before it.
    case mark(Int, after: Int)
    /// The last line: how many marks and signals the journal holds.
    case end(marks: Int, signals: Int)
  }

  let key: Key
  /// Unescaped.
  let text: [UInt8]

  /// - Returns: `nil` when the line is not one of this run's, or is torn.
  init?(_ signal: ScannedSignal, _ sum: SignalSum) {
    guard signal.kind == .journal else { return nil }
    let name = signal.nameBytes
    guard let point = name.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    let digits = name[(point + 1)...]
    let key = name[..<point]
    guard digits.count == 8, let printed = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
      let text = Self.unescaped(signal.parameters), sum.value(of: text, key: key) == printed,
      let parsed = Self.key(key)
    else { return nil }
    self.key = parsed
    self.text = text
  }

  private static func key(_ bytes: ArraySlice<UInt8>) -> Key? {
    let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    switch (bytes.first, parts.count) {
    case (UInt8(ascii: "+"), 2):
      guard let index = number(parts[0].dropFirst()), index > 0, let after = number(parts[1]) else { return nil }
      return .mark(index, after: after)
    case (UInt8(ascii: "="), 2):
      guard let marks = number(parts[0].dropFirst()), let signals = number(parts[1]) else { return nil }
      return .end(marks: marks, signals: signals)
    case (_, 1): return number(bytes).flatMap { $0 > 0 ? .signal($0) : nil }
    default: return nil
    }
  }

  /// At most 15 digits: more than a board can count up to.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
    let isDecimal = bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return isDecimal && (1...15).contains(bytes.count) ? Int(String(decoding: bytes, as: UTF8.self)) : nil
  }

  /// - Returns: `nil` when a backslash stands before a letter that means nothing.
  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard bytes[index] == UInt8(ascii: "\\") else {
        text.append(bytes[index])
        index += 1
        continue
      }
      guard index + 1 < bytes.endIndex, let byte = meaning(of: bytes[index + 1]) else { return nil }
      text.append(byte)
      index += 2
    }
    return text
  }

  private static func meaning(of letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "\\"): letter
    case UInt8(ascii: "n"): UInt8(ascii: "\n")
    case UInt8(ascii: "r"): UInt8(ascii: "\r")
    case UInt8(ascii: "l"): UInt8(ascii: "<")
    case UInt8(ascii: "g"): UInt8(ascii: ">")
    default: nil
    }
  }
}
