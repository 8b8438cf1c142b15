// SPDX-License-Identifier: Apache-2.0

/// How a pattern is read; the names are those of Python's `re`.
package struct PatternOptions: OptionSet, Sendable, Hashable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// `re.DOTALL`: `.` matches a newline too. Prompts and everything else that pexpect compiles (spec signals §1).
  package static let dotAll = PatternOptions(rawValue: 1)
  /// `re.MULTILINE`: `^` and `$` match at each line. The parse pattern of a definition (spec signals §1).
  package static let multiline = PatternOptions(rawValue: 2)
  /// `re.IGNORECASE`.
  package static let ignoreCase = PatternOptions(rawValue: 4)
  /// `re.ASCII`: `\d`, `\s`, `\w` and `\b` know ASCII only.
  package static let ascii = PatternOptions(rawValue: 8)
  /// `re.VERBOSE`: blanks and comments in the pattern mean nothing.
  package static let verbose = PatternOptions(rawValue: 16)
}
