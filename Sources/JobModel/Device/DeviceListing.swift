// SPDX-License-Identifier: Apache-2.0

import Diagnostics
package import YAMLDocument

/// A device as YAML of one key a line, each with the file and the line that says it in a comment.
package struct DeviceListing {
  private let document: YAMLDocument

  /// The farthest column at which comments are lined up.
  private static let farthestColumn = 56

  private struct Line {
    var text: String
    /// Where the key of the line stands; nil for the items of a list, which come from where the list's key does.
    var origin: YAMLMark?
  }

  package init(_ document: YAMLDocument) { self.document = document }

  /// Lines that end in line breaks. Read as YAML, they mean what the document means.
  package var text: String {
    let lines = lines(of: document.root)
    let widest = lines.lazy.filter { $0.origin != nil }.map(\.text.utf8.count).max() ?? 0
    let column = min(widest, Self.farthestColumn)
    return lines.map { line in
      guard let origin = line.origin else { return line.text + "\n" }
      let padding = String(repeating: " ", count: max(column - line.text.utf8.count, 0))
      let place = document.place(of: origin)
      return "\(line.text)\(padding)  # \(place.file.onOneLine):\(place.line)\n"
    }.joined()
  }

  private func lines(of node: YAMLNode) -> [Line] {
    switch node.content {
    case .mapping(let entries) where !entries.isEmpty: entries.flatMap(lines)
    case .sequence(let items) where !items.isEmpty: items.flatMap(lines(ofItem:))
    case .mapping, .sequence, .scalar: [Line(text: YAMLEmitter.inline(node.value))]
    }
  }

  private func lines(of entry: YAMLEntry) -> [Line] {
    let key = YAMLEmitter.inline(entry.key.value) + ":"
    if entry.value.isNull { return [Line(text: key, origin: entry.key.start)] }
    let below = lines(of: entry.value)
    if !entry.value.isFilledCollection { return [Line(text: "\(key) \(below[0].text)", origin: entry.key.start)] }
    return [Line(text: key, origin: entry.key.start)] + below.map { Line(text: "  " + $0.text, origin: $0.origin) }
  }

  private func lines(ofItem item: YAMLNode) -> [Line] {
    lines(of: item).enumerated().map { Line(text: ($0.offset == 0 ? "- " : "  ") + $0.element.text) }
  }
}

extension YAMLNode {
  fileprivate var isFilledCollection: Bool {
    switch content {
    case .scalar: false
    case .sequence(let items): !items.isEmpty
    case .mapping(let entries): !entries.isEmpty
    }
  }
}

extension String {
  /// The text with a replacement character for each that ends a line or moves the cursor of a terminal.
  fileprivate var onOneLine: String {
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: text.append("\u{FFFD}")
      default: text.append(scalar)
      }
    }
    return String(text)
  }
}
