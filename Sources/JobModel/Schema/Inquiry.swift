// SPDX-License-Identifier: Apache-2.0

import YAMLDocument

/// What the readers ask of the mappings of a document, noted on the way by those readings that have one. The schema is
/// made of such notes (`SchemaProbe`).
struct Inquiry {
  /// What is asked of one mapping.
  struct Mapping: Hashable {
    /// What the mapping is, for sentences.
    var what: String
    /// Every key that is no unknown one.
    var known: Set<String> = []
    /// Keys that are looked for, whether they are known or not.
    var lookedFor: Set<String> = []
    /// The words that can stand under a key.
    var choices: [String: [String]] = [:]
    /// The words that can stand under a key in the place of what else it takes.
    var words: [String: [String]] = [:]
    /// Keys of older versions of LAVA, and what replaces them.
    var old: [String: String] = [:]
    /// What is expected under a key, in words.
    var expected: [String: String] = [:]
    /// The required keys that are not there.
    var missing: Set<String> = []
    /// Its writer chooses the names.
    var isTable = false
    /// Any key will do.
    var isFreeForm = false
    /// It was read to its end: what is not known is unknown.
    var isClosed = false
    /// It has one of the known keys, and nothing beside that.
    var hasOneKey = false
  }

  /// By the line where they start: in a document that asks for notes every node has a line of its own. Those of bases
  /// are left out.
  private(set) var mappings: [Int: Mapping] = [:]

  /// Notes something of a mapping.
  ///
  /// - Parameter what: what it is, the first time.
  mutating func note(_ node: YAMLNode, what: String, _ change: (inout Mapping) -> Void) {
    guard node.start.file == 0 else { return }
    change(&mappings[node.start.line, default: Mapping(what: what)])
  }
}
