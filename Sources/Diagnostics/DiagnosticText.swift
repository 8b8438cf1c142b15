// SPDX-License-Identifier: Apache-2.0

/// Renders diagnostics as compilers do: a line that editors can parse, the offending line with a caret,
/// and what to do about it.
package struct DiagnosticTextRenderer: Sendable {
  /// The lines of each known file, for the excerpt.
  private let lines: [String: [Substring]]

  /// The most characters of a line that an excerpt shows.
  private static let maximumWidth = 160

  /// - Parameter sources: the text of each file, by the name that the places use.
  package init(sources: [String: String] = [:]) {
    lines = sources.mapValues { text in
      Self.lines(of: text.unicodeScalars.first == "\u{FEFF}" ? text.dropFirst() : text[...])
    }
  }

  /// Parts a text at `\n`, `\r\n` and `\r`, as bytes: telling characters apart costs twenty times as much.
  private static func lines(of text: Substring) -> [Substring] {
    let bytes = text.utf8
    var lines: [Substring] = []
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
      lines.append(text[start..<end])
      start = bytes.index(after: end)
      if bytes[end] == UInt8(ascii: "\r"), start < bytes.endIndex, bytes[start] == UInt8(ascii: "\n") {
        start = bytes.index(after: start)
      }
    }
    return lines + [text[start...]]
  }

  /// Every finding in reading order.
  package func render(_ list: DiagnosticList) -> String {
    list.sorted().items.map(render).joined()
  }

  /// One finding: `file:line:column: error: message`, the excerpt, and what to do. Ends with a line break.
  ///
  /// Texts come from strangers, so control characters are shown as pictures (`␛`) and never sent to a terminal.
  package func render(_ diagnostic: Diagnostic) -> String {
    var text = diagnostic.place.map { "\(visible("\($0)")): " } ?? ""
    text += "\(diagnostic.severity.rawValue): \(visible(diagnostic.message))\n"
    text += excerpt(of: diagnostic)
    if let expected = diagnostic.expected { text += "  expected \(visible(expected))\n" }
    if let suggestion = diagnostic.suggestion { text += "  did you mean '\(visible(suggestion))'?\n" }
    if let advice = diagnostic.advice { text += "  \(visible(advice))\n" }
    return text
  }

  /// The offending line and a caret below it, or nothing where the text is not known.
  private func excerpt(of diagnostic: Diagnostic) -> String {
    guard let place = diagnostic.place, let lines = lines[place.file], lines.indices.contains(place.line - 1) else {
      return ""
    }
    let line = Array(lines[place.line - 1].unicodeScalars)
    let column = min(max(place.column - 1, 0), line.count)
    let window = Self.window(around: column, of: line.count)
    let before = window.lowerBound > 0 ? "…" : ""
    let after = window.upperBound < line.count ? "…" : ""
    // Tabs stay tabs below the line, so that the caret stands where the eye expects it.
    let indent = line[window.lowerBound..<column].map { $0 == "\t" ? "\t" : " " }.joined()
    let tail = String(repeating: "~", count: max(min(diagnostic.length, window.upperBound - column) - 1, 0))
    let number = String(place.line)
    let gutter = String(repeating: " ", count: number.count)
    return """
        \(number) | \(before)\(visible(line[window]))\(after)
        \(gutter) | \(before.isEmpty ? "" : " ")\(indent)^\(tail)

      """
  }

  /// The part of a line that is shown: all of it, or the surroundings of the column.
  private static func window(around column: Int, of count: Int) -> Range<Int> {
    guard count > maximumWidth else { return 0..<count }
    let start = max(0, column - maximumWidth / 2)
    return start..<min(count, start + maximumWidth)
  }
}

private func visible(_ text: String) -> String { visible(text.unicodeScalars) }

/// The text with a picture in place of each control character, and a replacement character in place of each that
/// would reorder or break the line on a terminal.
private func visible(_ scalars: some Sequence<Unicode.Scalar>) -> String {
  var text = String.UnicodeScalarView()
  for scalar in scalars {
    switch scalar.value {
    case 0x09: text.append(scalar)
    case ..<0x20: text.append(Unicode.Scalar(scalar.value + 0x2400) ?? "\u{FFFD}")
    case 0x7F: text.append("\u{2421}")
    case 0x80..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: text.append("\u{FFFD}")
    default: text.append(scalar)
    }
  }
  return String(text)
}
