// SPDX-License-Identifier: Apache-2.0

/// Patterns that are searched for at the same time, as pexpect's `expect` does with a list: the match that starts
/// first wins, and of those that start at the same place the one of the pattern that comes first in the list (spec
/// signals §1).
package struct PatternSet: Sendable {
  package let patterns: [Pattern]

  package init(_ patterns: [Pattern]) { self.patterns = patterns }

  /// Compiles each pattern with the same options; those of pexpect are the default.
  package init(_ patterns: [String], _ options: PatternOptions = .dotAll) throws(PatternError) {
    var compiled: [Pattern] = []
    for pattern in patterns { compiled.append(try Pattern(pattern, options)) }
    self.patterns = compiled
  }

  /// Whether it holds the very same compiled patterns.
  func isSame(as other: PatternSet) -> Bool {
    patterns.count == other.patterns.count && zip(patterns, other.patterns).allSatisfy { $0 === $1 }
  }
}
