// SPDX-License-Identifier: Apache-2.0

/// Writes an XML 1.0 document, indented, in UTF-8. Characters that XML cannot hold are replaced by U+FFFD.
struct XMLWriter {
  private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  private var elements: [String] = []

  mutating func open(_ name: String, _ attributes: [(String, String)] = []) {
    begin(name, attributes)
    text += ">\n"
    elements.append(name)
  }

  mutating func close() {
    guard let name = elements.popLast() else { return }
    indent()
    text += "</\(name)>\n"
  }

  /// An element with text and no elements inside.
  mutating func leaf(_ name: String, _ attributes: [(String, String)] = [], _ content: String = "") {
    begin(name, attributes)
    if content.isEmpty {
      text += "/>\n"
    } else {
      text += ">"
      escape(content, isAttribute: false)
      text += "</\(name)>\n"
    }
  }

  private mutating func begin(_ name: String, _ attributes: [(String, String)]) {
    indent()
    text += "<\(name)"
    for (name, value) in attributes {
      text += " \(name)=\""
      escape(value, isAttribute: true)
      text += "\""
    }
  }

  private mutating func indent() { text += String(repeating: "  ", count: elements.count) }

  private mutating func escape(_ content: String, isAttribute: Bool) {
    for scalar in content.unicodeScalars {
      switch scalar.value {
      case 0x26: text += "&amp;"
      case 0x3C: text += "&lt;"
      case 0x3E: text += "&gt;"
      case 0x22: text += "&quot;"
      // A reader would turn them into spaces in an attribute, and a carriage return into a line feed anywhere.
      case 0x09 where isAttribute, 0x0A where isAttribute, 0x0D: text += "&#\(scalar.value);"
      case 0x09, 0x0A, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: text.unicodeScalars.append(scalar)
      default: text += "\u{FFFD}"
      }
    }
  }
}
