// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// An item of `monitors`: how results are picked out of what a board prints by itself (spec signals §10).
package struct Monitor: Sendable {
  package var name: String
  /// What the board prints before the first result.
  package var start: JobPattern
  /// What it prints after the last one.
  package var end: JobPattern
  /// A result, with the groups `test_case_id`, `result`, `measurement`, `units`.
  package var pattern: JobPattern
  /// Words for results, in the order of the text.
  package var fixups: [(word: String, result: String)] = []
  /// The cases that must be reported; nil: any may be.
  package var expected: [String]?
  /// The item.
  package var node: YAMLNode

  /// The suite of its results: LAVA makes it of the name.
  package var suite: String { name.lowercased().replacing(" ", with: "-") }
}
