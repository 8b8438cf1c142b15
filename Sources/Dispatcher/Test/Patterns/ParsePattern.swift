// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Patterns
import Signals
import TestDefinitions
import YAMLDocument

/// The `parse` pattern of a definition, ready to be searched for: Python's `re.M` (spec signals §1, §7).
struct ParsePattern: Sendable {
  let set: PatternSet
  /// Where the pattern stands.
  private let place: SourcePlace

  /// Nothing where the definition has no pattern.
  ///
  /// - Parameter file: that holds the definition.
  /// - Throws: a job failure where the pattern is no regular expression.
  init?(_ definition: TestDefinition, file: String) throws(Failure) {
    guard let parse = definition.document.resultPattern else { return nil }
    try self.init(parse.pattern, at: SourcePlace(file: file, line: parse.mark.line + 1, column: parse.mark.column + 1))
  }

  init(_ pattern: String, at place: SourcePlace) throws(Failure) {
    self.place = place
    do throws(PatternError) {
      set = try PatternSet([pattern], .multiline)
    } catch {
      throw error.failure().at(place)
    }
  }

  /// What a search that was given up says, with the pattern's place.
  func failure(_ error: PatternError) -> Failure { error.failure().at(place) }

  /// What a match of no text says, with the pattern's place.
  var emptyMatchFailure: Failure { Self.matchesNothing(set.patterns[0].source).at(place) }

  /// A pattern that matches no text at all would go on matching at the same place for ever, as it does in LAVA.
  static func matchesNothing(_ pattern: String) -> Failure {
    Failure(
      .job,
      "pattern-matches-nothing",
      "the pattern '\(pattern)' matches an empty text: it would never come to an end",
      advice: "Make at least one character of it necessary."
    )
  }
}

extension ParsePatternMatch {
  /// The groups of a match that the test shell reads.
  init(_ match: PatternMatch) {
    func group(_ name: String) -> Group {
      match.text(of: name).map { .text($0) } ?? (match.hasGroup(name) ? .unmatched : .absent)
    }
    self.init(
      testCase: group("test_case_id"),
      result: group("result"),
      measurement: group("measurement"),
      units: group("units")
    )
  }
}
