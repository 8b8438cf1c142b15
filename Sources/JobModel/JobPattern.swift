// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Patterns
package import YAMLDocument

/// A regular expression of a job, in the syntax of Python's `re`, which compiles.
package struct JobPattern: Sendable {
  package var text: String
  /// Where it stands.
  package var node: YAMLNode
}

extension Reading {
  /// A regular expression as pexpect compiles it (spec signals §1).
  ///
  /// - Parameter check: what else is to be said of it.
  func pattern(_ node: YAMLNode, what: String, _ check: (Pattern) throws(PatternError) -> Void = { _ in })
    -> JobPattern?
  {
    guard let text = filledString(node, what: what) else { return nil }
    do throws(PatternError) {
      try check(try Pattern(text, .dotAll))
      return JobPattern(text: text, node: node)
    } catch {
      var finding = error.diagnostic(at: place(of: node))
      finding.length = node.length
      add(finding)
      return nil
    }
  }
}

extension MappingReader {
  /// The text of a regular expression, which may be empty: nothing is looked for.
  mutating func optionalPattern(_ key: String) -> String? {
    guard let text = string(key), !text.isEmpty else { return string(key) }
    return pattern(key)?.text
  }

  /// A regular expression.
  mutating func pattern(
    _ key: String,
    required: Bool = false,
    _ check: (Pattern) throws(PatternError) -> Void = { _ in }
  ) -> JobPattern? {
    guard let node = node(key, required: required, expected: "a regular expression") else { return nil }
    return reading.pattern(node, what: "'\(key)'", check)
  }
}
