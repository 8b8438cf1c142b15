// SPDX-License-Identifier: Apache-2.0

/// Renders diagnostics as compilers do: a line that editors can parse, the offending line with a caret,
/// and what to do about it.
package struct DiagnosticTextRenderer: Sendable {
  /// The lines of each known file, for the excerpt.
  private let lines: [String: [Substring]]

  /// - Parameter sources: the text of each file, by the name that the places use.
  package init(sources: [String: String] = [:]) {
    lines = sources.mapValues { $0.split(separator: "\n", omittingEmptySubsequences: false) }
  }

  package func render(_ list: DiagnosticList) -> String {
    list.sorted().items.map(render).joined()
  }

  package func render(_ diagnostic: Diagnostic) -> String {
    var text = diagnostic.place.map { "\($0): " } ?? ""
    text += "\(diagnostic.severity.rawValue): \(diagnostic.message)\n"
    text += excerpt(of: diagnostic)
    if let expected = diagnostic.expected { text += "  expected \(expected)\n" }
    if let suggestion = diagnostic.suggestion { text += "  did you mean '\(suggestion)'?\n" }
    if let advice = diagnostic.advice { text += "  \(advice)\n" }
    return text
  }

  /// The offending line and a caret below it, or nothing where the text is not known.
  private func excerpt(of diagnostic: Diagnostic) -> String {
    guard let place = diagnostic.place, let lines = lines[place.file], lines.indices.contains(place.line - 1) else {
      return ""
    }
    var line = lines[place.line - 1]
    if line.last == "\r" { line.removeLast() }
    let number = String(place.line)
    let gutter = String(repeating: " ", count: number.count)
    // Tabs stay tabs below the line, so that the caret stands where the eye expects it.
    let indent = line.unicodeScalars.prefix(place.column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
    let available = max(line.unicodeScalars.count - (place.column - 1), 1)
    let tail = String(repeating: "~", count: max(min(diagnostic.length, available) - 1, 0))
    return "  \(number) | \(line)\n  \(gutter) | \(indent)^\(tail)\n"
  }
}
