// SPDX-License-Identifier: Apache-2.0
//
// BoardText: what the helpers read and print, as pure bytes. Arguments, file names and console lines need not be
// UTF-8, so nothing here is a String; and a String would bring Unicode tables into every binary.

/// Bytes of an argument, a path, a line. They carry no terminating NUL.
package typealias Bytes = [UInt8]

// Every helper is made of these calls. Inlined, each is a hundred bytes of code at every place; a binary has a limit.
extension [UInt8] {
  /// The bytes of a literal.
  @inline(never)
  package init(_ text: StaticString) {
    self.init(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends the bytes of a literal.
  @inline(never)
  package mutating func append(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends other bytes.
  @inline(never)
  package mutating func append(_ other: Bytes) {
    append(contentsOf: other)
  }

  /// Appends one byte.
  @inline(never)
  package mutating func append(byte: UInt8) {
    append(byte)
  }

  /// Appends a number in decimal.
  @inline(never)
  package mutating func append(decimal value: UInt64) {
    if value >= 10 { append(decimal: value / 10) }
    append(byte: UInt8(truncatingIfNeeded: value % 10) + UInt8(ascii: "0"))
  }

  /// Appends an exit status in decimal.
  package mutating func append(decimal value: Int32) {
    if value < 0 { append("-") }
    append(decimal: UInt64(value.magnitude))
  }

  /// Some of the bytes.
  @inline(never)
  package func part(_ range: Range<Int>) -> Bytes {
    Bytes(self[range])
  }

  /// The bytes from an index on.
  package func part(from start: Int) -> Bytes {
    part(start..<count)
  }

  /// Whether the bytes are exactly those of a literal.
  @inline(never)
  package func equals(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && holds(text, at: 0)
  }

  /// Whether the bytes begin with those of a literal.
  package func begins(with text: StaticString) -> Bool {
    holds(text, at: 0)
  }

  /// Whether the bytes of a literal stand at an index.
  @inline(never)
  package func holds(_ text: StaticString, at index: Int) -> Bool {
    guard count - index >= text.utf8CodeUnitCount else { return false }
    for offset in 0..<text.utf8CodeUnitCount where self[index + offset] != text.utf8Start[offset] { return false }
    return true
  }

  /// Whether the bytes of a literal stand anywhere.
  @inline(never)
  package func contains(_ text: StaticString) -> Bool {
    indices.contains { holds(text, at: $0) }
  }

  /// The index of the first byte of this value, from an index on.
  @inline(never)
  package func index(of byte: UInt8, from start: Int = 0) -> Int? {
    var index = start
    while index < count {
      if self[index] == byte { return index }
      index += 1
    }
    return nil
  }

  /// The bytes before the first newline and after every one; a last line without a newline counts.
  @inline(never)
  package var lines: [Bytes] {
    var lines: [Bytes] = []
    var start = 0
    while start < count {
      let end = index(of: .newline, from: start) ?? count
      lines.append(part(start..<end))
      start = end + 1
    }
    return lines
  }

  /// The words of a line: what spaces, tabs and newlines separate, as a shell with the usual IFS splits it.
  @inline(never)
  package var words: [Bytes] {
    var words: [Bytes] = []
    var start = 0
    for end in 0...count where end == count || self[end].isBlank {
      if end > start { words.append(part(start..<end)) }
      start = end + 1
    }
    return words
  }

  /// The last component of a path; slashes at its end do not count.
  package var lastPathComponent: Bytes {
    var end = count
    while end > 0, self[end - 1] == UInt8(ascii: "/") { end -= 1 }
    var start = end
    while start > 0, self[start - 1] != UInt8(ascii: "/") { start -= 1 }
    return part(start..<end)
  }

  /// The words joined by a separator.
  @inline(never)
  package static func joining(_ words: [Bytes], by separator: StaticString) -> Bytes {
    var joined: Bytes = []
    for word in words {
      joined.append(word)
      joined.append(separator)
    }
    if !words.isEmpty { joined.removeLast(separator.utf8CodeUnitCount) }
    return joined
  }
}

extension [[UInt8]] {
  /// The words after so many.
  @inline(never)
  package func dropping(_ count: Int) -> [Bytes] {
    Array(dropFirst(count))
  }
}

extension UInt8 {
  /// A line feed.
  package static var newline: UInt8 { UInt8(ascii: "\n") }
  /// A space.
  package static var space: UInt8 { UInt8(ascii: " ") }
  /// A horizontal tab.
  package static var tab: UInt8 { UInt8(ascii: "\t") }

  /// Whether the byte is an ASCII decimal digit.
  package var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  /// Whether the byte separates words: space, tab or newline. A carriage return does not.
  package var isBlank: Bool { self == .space || self == .tab || self == .newline }

  /// The lower-case hex digit of a value below 16.
  package static func hexadecimal(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
