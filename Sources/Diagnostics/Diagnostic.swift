// SPDX-License-Identifier: Apache-2.0

/// How much a diagnostic weighs.
package enum Severity: String, Sendable, Hashable, Comparable {
  /// Worth knowing; nothing is wrong.
  case note
  /// Accepted, but probably not what was meant.
  case warning
  /// Refused.
  case error

  package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }
}

/// One finding about a text that a person wrote: what is wrong, where, what was expected, and what to do.
package struct Diagnostic: Sendable, Hashable {
  /// A stable kebab-case identifier for editors and bots, such as `unknown-key`.
  package var code: String
  package var severity: Severity
  /// One sentence without a final full stop. It names the offending text.
  package var message: String
  package var place: SourcePlace?
  /// How many characters from `place` on are at fault; 0 where only a point is known.
  package var length: Int
  /// What would have been accepted, as a phrase: `one of: nfs, tftp, tmpfs`.
  package var expected: String?
  /// The most likely intended text, offered as `did you mean '…'?`.
  package var suggestion: String?
  /// What the user can do, as a sentence, where `expected` does not say it already.
  package var advice: String?

  package init(
    _ severity: Severity,
    _ code: String,
    _ message: String,
    at place: SourcePlace? = nil,
    length: Int = 0,
    expected: String? = nil,
    suggestion: String? = nil,
    advice: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.place = place
    self.length = length
    self.expected = expected
    self.suggestion = suggestion
    self.advice = advice
  }
}

/// A collection of findings about one or more files, thrown or returned all at once.
package struct DiagnosticList: Error, Sendable, Hashable {
  package private(set) var items: [Diagnostic]

  package init(_ items: [Diagnostic] = []) { self.items = items }

  package var hasErrors: Bool { items.contains { $0.severity == .error } }

  package var isEmpty: Bool { items.isEmpty }

  package mutating func add(_ diagnostic: Diagnostic) { items.append(diagnostic) }

  package mutating func add(contentsOf list: DiagnosticList) { items.append(contentsOf: list.items) }

  /// The same findings in reading order: by file, line and column; those without a place last.
  package func sorted() -> DiagnosticList {
    let numbered = items.enumerated().sorted { left, right in
      guard let one = left.element.place else { return right.element.place == nil && left.offset < right.offset }
      guard let other = right.element.place else { return true }
      return (one.file, one.line, one.column, left.offset) < (other.file, other.line, other.column, right.offset)
    }
    return DiagnosticList(numbered.map(\.element))
  }
}
