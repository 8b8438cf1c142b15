// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// The text that is being read, and how libyaml's positions (counted in Unicode scalars) map to bytes, lines and
/// columns as editors count them: only LF, CR LF and CR end a line.
struct SourceText {
  /// Without the byte order mark.
  let bytes: [UInt8]
  let file: String
  /// 3 where a byte order mark was taken off, else 0.
  private let removedBytes: Int
  private let lineStarts: [LineStart]
  /// The byte offset of every 64th scalar; empty where every scalar is one byte.
  private let checkpoints: [Int]

  private struct LineStart {
    var scalar: Int
    var offset: Int
  }

  private static let checkpointDistance = 64

  /// - Throws: where the text is too long, not UTF-8, or holds a control character that YAML does not allow.
  init(_ given: [UInt8], file: String, maximumBytes: Int) throws(DiagnosticList) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    removedBytes = given.starts(with: mark) ? mark.count : 0
    bytes = removedBytes == 0 ? given : Array(given.dropFirst(removedBytes))
    self.file = file
    (lineStarts, checkpoints) = Self.index(bytes)

    if given.count > maximumBytes {
      throw DiagnosticList([
        Diagnostic(
          .error,
          "text-too-long",
          "the text is \(given.count) bytes long; at most \(maximumBytes) are read",
          at: SourcePlace(file: file, line: 1, column: 1),
          advice: "Put large contents into a file of its own and let the job download it."
        )
      ])
    }
    if let fault = encodingFault() { throw DiagnosticList([fault]) }
  }

  private static func index(_ bytes: [UInt8]) -> (lineStarts: [LineStart], checkpoints: [Int]) {
    var lineStarts = [LineStart(scalar: 0, offset: 0)]
    var checkpoints: [Int] = []
    var scalar = 0
    for (offset, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
      if scalar % checkpointDistance == 0 { checkpoints.append(offset) }
      scalar += 1
      let isBreak =
        byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r") && (offset + 1 == bytes.count || bytes[offset + 1] != UInt8(ascii: "\n"))
      if isBreak { lineStarts.append(LineStart(scalar: scalar, offset: offset + 1)) }
    }
    return (lineStarts, scalar == bytes.count ? [] : checkpoints)
  }

  // MARK: Positions

  /// The mark of the scalar that libyaml counts as number `index`.
  func mark(index: Int) -> YAMLMark {
    let line = lastLine { $0.scalar <= index }
    return YAMLMark(
      offset: offset(ofScalar: index) + removedBytes,
      line: line,
      column: index - lineStarts[line].scalar
    )
  }

  /// The mark of a byte, counted without the byte order mark.
  func mark(offset: Int) -> YAMLMark {
    let line = lastLine { $0.offset <= offset }
    let column = bytes[lineStarts[line].offset..<min(offset, bytes.count)].count { $0 & 0xC0 != 0x80 }
    return YAMLMark(offset: offset + removedBytes, line: line, column: column)
  }

  func place(of mark: YAMLMark) -> SourcePlace {
    SourcePlace(file: file, line: mark.line + 1, column: mark.column + 1)
  }

  /// The bytes of a line, counted from 0, without its line break.
  func line(_ number: Int) -> ArraySlice<UInt8> {
    let start = lineStarts[number].offset
    var end = number + 1 < lineStarts.count ? lineStarts[number + 1].offset : bytes.count
    while end > start, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return bytes[start..<end]
  }

  /// The rest of the line from a mark on.
  func rest(from mark: YAMLMark) -> ArraySlice<UInt8> {
    line(mark.line).dropFirst(max(mark.offset - removedBytes - lineStarts[mark.line].offset, 0))
  }

  /// What stands on the line before a mark.
  func head(before mark: YAMLMark) -> ArraySlice<UInt8> {
    line(mark.line).prefix(max(mark.offset - removedBytes - lineStarts[mark.line].offset, 0))
  }

  /// Whether nothing but blanks and line breaks follows.
  func isAtEnd(_ mark: YAMLMark) -> Bool {
    bytes.dropFirst(mark.offset - removedBytes).allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
  }

  private func lastLine(where isBefore: (LineStart) -> Bool) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if isBefore(lineStarts[middle]) { low = middle } else { high = middle }
    }
    return low
  }

  private func offset(ofScalar index: Int) -> Int {
    guard !checkpoints.isEmpty else { return min(index, bytes.count) }
    let checkpoint = min(index / Self.checkpointDistance, checkpoints.count - 1)
    var offset = checkpoints[checkpoint]
    var remaining = index - checkpoint * Self.checkpointDistance
    while remaining > 0, offset < bytes.count {
      offset += 1
      while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
      remaining -= 1
    }
    return offset
  }

  // MARK: Encoding

  /// The first byte that is no UTF-8, or the first control character.
  private func encodingFault() -> Diagnostic? {
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let offset = error.byteOffsets.lowerBound
      let hexadecimal = String(bytes[offset], radix: 16, uppercase: true)
      return Diagnostic(
        .error,
        "not-utf8",
        "the byte 0x\(hexadecimal) is not UTF-8",
        at: place(of: mark(offset: offset)),
        length: 1,
        advice: bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
          ? "The text is UTF-16; save it as UTF-8." : "Save the text as UTF-8."
      )
    }
    guard let offset = firstControlCharacter() else { return nil }
    let scalar = String(decoding: bytes[offset...].prefix(2), as: UTF8.self).unicodeScalars.first?.value ?? 0
    let hexadecimal = String(scalar, radix: 16, uppercase: true)
    let padded = String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
    return Diagnostic(
      .error,
      "control-character",
      "the control character U+\(padded) is not allowed in YAML",
      at: place(of: mark(offset: offset)),
      length: 1,
      advice: "Remove it, or write it as an escape in double quotes: \"\\x\(padded.suffix(2))\"."
    )
  }

  /// C0 but tab, LF and CR; DEL; C1 but NEL (YAML 1.1 §4.1.1).
  private func firstControlCharacter() -> Int? {
    bytes.indices.first { offset in
      switch bytes[offset] {
      case 0x09, 0x0A, 0x0D: false
      case 0x00..<0x20, 0x7F: true
      case 0xC2: (0x80..<0xA0).contains(bytes[offset + 1]) && bytes[offset + 1] != 0x85
      default: false
      }
    }
  }
}
