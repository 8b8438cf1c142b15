// SPDX-License-Identifier: Apache-2.0

/// Writes values as strict JSON (RFC 8259): events, results, diagnostics for editors.
///
/// What JSON does not have becomes text: floats that are not finite as YAML writes them (`.nan`, `.inf`), timestamps as
/// they were written, keys of other types as their YAML text. Non-ASCII text stays UTF-8, but control characters and
/// U+2028/U+2029 are escaped, so that one value in compact form is one line for whoever splits lines.
package enum JSONEmitter {
  /// Without any blank.
  package static func compact(_ value: YAMLValue) -> String {
    var line: [UInt8] = []
    compact(value, to: &line)
    return String(decoding: line, as: UTF8.self)
  }

  /// The same, put behind other text.
  package static func compact(_ value: YAMLValue, to text: inout [UInt8]) {
    var writer = JSONWriter(isPretty: false, behind: text.taken())
    writer.write(value, depth: 0)
    text = writer.output
  }

  /// One item a line, indented by two, without a final line break.
  package static func pretty(_ value: YAMLValue) -> String {
    var writer = JSONWriter(isPretty: true)
    writer.write(value, depth: 0)
    return writer.finish()
  }

  /// The same of a long document, in pieces, with a final line break.
  ///
  /// - Parameter output: takes the pieces, in order.
  package static func pretty<Refusal>(
    _ document: LongDocument,
    to output: ([UInt8]) throws(Refusal) -> Void
  ) throws(Refusal) {
    var writer = JSONWriter(isPretty: true)
    try writer.write(document, to: output)
  }
}

/// Writes bytes: reports hold a hundred thousand results and more.
private struct JSONWriter {
  private let isPretty: Bool
  private(set) var output: [UInt8]

  /// - Parameter output: what comes before.
  init(isPretty: Bool, behind output: consuming [UInt8] = []) {
    self.isPretty = isPretty
    self.output = output
  }

  consuming func finish() -> String { String(decoding: output, as: UTF8.self) }

  mutating func write(_ value: YAMLValue, depth: Int) {
    switch value {
    case .null: append("null")
    case .bool(let flag): append(flag ? "true" : "false")
    case .int(let number): output += String(number).utf8
    case .float(let number) where number.isFinite: output += FloatText.yaml(number).utf8
    case .float(let number): write(FloatText.yaml(number))
    case .string(let text), .timestamp(let text): write(text)
    case .sequence(let items): write(items, "[", "]", depth) { writer, item in writer.write(item, depth: depth + 1) }
    case .mapping(let pairs):
      write(pairs, "{", "}", depth) { writer, pair in
        writer.write(pair.key.scalarText?.text ?? JSONEmitter.compact(pair.key))
        writer.append(writer.isPretty ? ": " : ":")
        writer.write(pair.value, depth: depth + 1)
      }
    }
  }

  mutating func write<Refusal>(
    _ document: LongDocument,
    to output: ([UInt8]) throws(Refusal) -> Void
  ) throws(Refusal) {
    try write(document.fields, "{", "}", 0) { (writer, field) throws(Refusal) in
      writer.write(field.key)
      writer.append(writer.isPretty ? ": " : ":")
      switch field.content {
      case .value(let value): writer.write(value, depth: 1)
      case .list(let items):
        try writer.write(items, "[", "]", 1) { (writer, item) throws(Refusal) in
          writer.write(item, depth: 2)
          guard writer.output.count >= LongDocument.pieceSize else { return }
          try output(writer.output)
          writer.output.removeAll(keepingCapacity: true)
        }
      }
    }
    append("\n")
    try output(self.output)
  }

  private mutating func write<Items: Collection, Refusal>(
    _ items: Items,
    _ opening: StaticString,
    _ closing: StaticString,
    _ depth: Int,
    _ writeItem: (inout JSONWriter, Items.Element) throws(Refusal) -> Void
  ) throws(Refusal) {
    append(opening)
    for (index, item) in items.enumerated() {
      if index > 0 { append(",") }
      breakLine(depth + 1)
      try writeItem(&self, item)
    }
    if !items.isEmpty { breakLine(depth) }
    append(closing)
  }

  private mutating func append(_ literal: StaticString) { literal.withUTF8Buffer { output += $0 } }

  private mutating func breakLine(_ depth: Int) {
    guard isPretty else { return }
    append("\n")
    for _ in 0..<depth { append("  ") }
  }

  private mutating func write(_ given: String) {
    append("\"")
    var text = given
    let isPlain = text.withUTF8 { bytes in
      // Most text has nothing to escape: it goes as a whole.
      guard bytes.allSatisfy(Self.isPlain) else { return false }
      output += bytes
      return true
    }
    if !isPlain { writeEscaped(text) }
    append("\"")
  }

  private mutating func writeEscaped(_ text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": append("\\\"")
      case "\\": append("\\\\")
      case "\n": append("\\n")
      case "\r": append("\\r")
      case "\t": append("\\t")
      case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        let hexadecimal = String(scalar.value, radix: 16)
        append("\\u")
        for _ in hexadecimal.utf8.count..<4 { append("0") }
        output += hexadecimal.utf8
      default: output += scalar.utf8
      }
    }
  }

  /// Whether a byte of UTF-8 neither has to be escaped nor begins a character that may have to.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0..<0x20, 0x7F, 0xC2, 0xE2: false
    default: true
    }
  }
}
