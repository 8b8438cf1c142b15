// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import Events

/// Which rules decide how a job came out (docs/Verdicts.md).
package enum VerdictRules: Sendable, Hashable {
  /// A job fails that came to its end and left out what it should have done.
  case strict
  /// LAVA's own: a job that came to its end has passed.
  case lava
}

/// What a job left out although its actions came to their end: of it the job fails, at its end.
package struct Shortcomings: Sendable {
  /// How many are told in the job's result; all of them are in the log.
  static let toldCount = 20

  private let rules: VerdictRules
  private var noted: [(level: String, text: String)] = []

  package init(_ rules: VerdictRules) { self.rules = rules }

  /// An action is tried again: what it and everything below it left out before does not count any more.
  package mutating func supersede(_ level: String) {
    noted.removeAll { $0.level == level || $0.level.hasPrefix(level + ".") }
  }

  /// Keeps what an action left out, once. Nothing is kept under LAVA's rules.
  ///
  /// - Parameters:
  ///   - text: half a sentence, such as `definition 0_smoke did not finish`.
  ///   - level: of the action.
  /// - Returns: whether it counts.
  @discardableResult
  package mutating func note(_ text: String, of level: String) -> Bool {
    guard rules == .strict else { return false }
    if !noted.contains(where: { $0 == (level, text) }) { noted.append((level, text)) }
    return true
  }

  /// What the job ended of in the end.
  ///
  /// - Parameter failure: what stopped the job, if something did. The words of a failed test are completed; another kind
  ///   of failure says what went wrong, and stays as it is.
  package func verdict(after failure: Failure?) -> Failure? {
    guard !noted.isEmpty else { return failure }
    if var failure {
      if failure.kind == .test { failure.message += "; \(text)" }
      return failure
    }
    return Failure(
      .test,
      JobOutcome.shortcomingsCode,
      text,
      advice: "By LAVA's own rules (--lava-verdicts) the job would pass."
    )
  }

  private var text: String {
    var texts: [String] = []
    for note in noted where !texts.contains(note.text) { texts.append(note.text) }
    let hidden = texts.count - Self.toldCount
    return (texts.prefix(Self.toldCount) + (hidden > 0 ? ["and \(hidden) more, all in the log"] : []))
      .joined(separator: "; ")
  }
}
