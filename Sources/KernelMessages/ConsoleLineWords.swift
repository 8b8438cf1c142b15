// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A line of a console, by its first words.
struct ConsoleLineWords {
  /// The line from its first word on: behind blanks, bytes that are no ASCII, and a kernel's time stamp.
  let text: UnsafeRawBufferPointer
  /// Whether the line has a kernel's time stamp.
  private(set) var isStamped = false
  /// Whether that is zero, as until a kernel has found a clock.
  private(set) var isAtZero = false

  /// - Parameter line: without its newline.
  init(_ line: UnsafeRawBufferPointer) {
    var index = Self.skipNoise(line, from: 0)
    // The level, where the kernel's log is printed raw.
    if index + 2 < line.count, line[index] == UInt8(ascii: "<"), Self.isDigit(line[index + 1]),
      line[index + 2] == UInt8(ascii: ">")
    {
      index += 3
    }
    if let stamp = Self.stamp(in: line, at: index) {
      isStamped = true
      isAtZero = stamp.isZero
      index = Self.skipNoise(line, from: stamp.end)
      // Who printed it: `[    T1]`, `[   C0]`.
      if index < line.count, line[index] == UInt8(ascii: "["),
        let end = line[index...].prefix(12).firstIndex(of: UInt8(ascii: "]"))
      {
        index = Self.skipNoise(line, from: end + 1)
      }
    }
    text = UnsafeRawBufferPointer(rebasing: line[index...])
  }

  /// Whether it begins with this.
  func begins(with words: StaticString) -> Bool {
    guard let base = text.baseAddress, text.count >= words.utf8CodeUnitCount else { return false }
    return memcmp(base, words.utf8Start, words.utf8CodeUnitCount) == 0
  }

  /// A kernel's time stamp: seconds since its start, `[   12.345678]`.
  private static func stamp(in line: UnsafeRawBufferPointer, at start: Int) -> (end: Int, isZero: Bool)? {
    guard start < line.count, line[start] == UInt8(ascii: "[") else { return nil }
    var index = start + 1
    while index < line.count, line[index] == UInt8(ascii: " ") { index += 1 }
    var (digits, points, isZero) = (0, 0, true)
    while index < line.count {
      switch line[index] {
      case UInt8(ascii: "."): points += 1
      case let byte where isDigit(byte):
        digits += 1
        isZero = isZero && byte == UInt8(ascii: "0")
      case UInt8(ascii: "]"): return digits > 1 && points == 1 ? (index + 1, isZero) : nil
      default: return nil
      }
      index += 1
    }
    return nil
  }

  private static func skipNoise(_ line: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start
    while index < line.count, !(0x21...0x7E).contains(line[index]) { index += 1 }
    return index
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
