// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// What is wrong with a pattern.
package struct PatternError: Error, Sendable, Hashable {
  package enum Problem: Sendable, Hashable {
    /// The pattern is not a regular expression; `offset` counts Unicode scalars from 0.
    case invalid(offset: Int)
    /// A search was given up: it took too many steps, too much memory or too long.
    case tooCostly
  }

  /// The code of the failure that a search was given up.
  package static let tooCostlyCode = "pattern-too-costly"

  /// The pattern as it was written.
  package var pattern: String
  package var problem: Problem
  /// A phrase, in the words of PCRE2 or of Python's `re`: `missing closing parenthesis`.
  package var reason: String

  /// The same as a finding about the file in which the pattern stands.
  package func diagnostic(at place: SourcePlace?) -> Diagnostic {
    switch problem {
    case .invalid(let offset):
      Diagnostic(
        .error,
        "bad-pattern",
        "'\(pattern)' is not a regular expression: \(reason) at character \(offset + 1)",
        at: place,
        advice: "Write it in the syntax of Python's re module; a backslash takes a special character literally."
      )
    case .tooCostly:
      Diagnostic(.error, "bad-pattern", "searching for '\(pattern)' was given up: \(reason)", at: place)
    }
  }

  /// The same as a failure of the job, for whoever cannot point at the pattern's place in a file.
  package func failure(_ kind: Failure.Kind = .job) -> Failure {
    switch problem {
    case .invalid(let offset):
      Failure(
        kind,
        "pattern-invalid",
        "the pattern '\(pattern)' is not a regular expression: \(reason) at character \(offset + 1)",
        advice:
          "write it in the syntax of Python's re module; a backslash before a special character takes it literally"
      )
    case .tooCostly:
      Failure(
        kind,
        Self.tooCostlyCode,
        "searching for the pattern '\(pattern)' was given up: \(reason)",
        advice: "Make it more exact: no repetition inside a repetition, and a character class instead of '.*'."
      )
    }
  }
}
