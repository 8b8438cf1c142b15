// SPDX-License-Identifier: Apache-2.0

/// Writes an XML 1.0 document, indented, in UTF-8. Characters that XML cannot hold are replaced by U+FFFD.
struct XMLWriter {
  /// How many bytes are put together before they are handed on.
  private static let pieceSize = 1 << 16

  /// What has not been handed on.
  private var pending = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
  private var elements: [String] = []

  /// Hands on what has been written, once that is much.
  mutating func passOn<Refusal>(to output: ([UInt8]) throws(Refusal) -> Void) throws(Refusal) {
    guard pending.count >= Self.pieceSize else { return }
    try output(pending)
    pending.removeAll(keepingCapacity: true)
  }

  /// Hands on the rest.
  consuming func finish<Refusal>(_ output: ([UInt8]) throws(Refusal) -> Void) throws(Refusal) { try output(pending) }

  mutating func open(_ name: String, _ attributes: [(String, String)] = []) {
    begin(name, attributes)
    add(">\n")
    elements.append(name)
  }

  mutating func close() {
    guard let name = elements.popLast() else { return }
    indent()
    add("</\(name)>\n")
  }

  /// An element with text and no elements inside.
  mutating func leaf(_ name: String, _ attributes: [(String, String)] = [], _ content: String = "") {
    begin(name, attributes)
    if content.isEmpty {
      add("/>\n")
    } else {
      add(">")
      escape(content, isAttribute: false)
      add("</\(name)>\n")
    }
  }

  private mutating func begin(_ name: String, _ attributes: [(String, String)]) {
    indent()
    add("<\(name)")
    for (name, value) in attributes {
      add(" \(name)=\"")
      escape(value, isAttribute: true)
      add("\"")
    }
  }

  private mutating func add(_ text: String) { pending += text.utf8 }

  private mutating func indent() { add(String(repeating: "  ", count: elements.count)) }

  private mutating func escape(_ content: String, isAttribute: Bool) {
    for scalar in content.unicodeScalars {
      switch scalar.value {
      case 0x26: add("&amp;")
      case 0x3C: add("&lt;")
      case 0x3E: add("&gt;")
      case 0x22: add("&quot;")
      // A reader would turn them into spaces in an attribute, and a carriage return into a line feed anywhere.
      case 0x09 where isAttribute, 0x0A where isAttribute, 0x0D: add("&#\(scalar.value);")
      case 0x09, 0x0A, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: pending += scalar.utf8
      default: add("\u{FFFD}")
      }
    }
  }
}
