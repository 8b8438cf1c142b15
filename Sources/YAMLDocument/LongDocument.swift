// SPDX-License-Identifier: Apache-2.0

/// A mapping with lists that are too long to be held as values: their items are made one by one while they are written.
package struct LongDocument {
  package enum Content {
    case value(YAMLValue)
    case list(AnyCollection<YAMLValue>)
  }

  /// In the order of the text.
  package private(set) var fields: [(key: String, content: Content)] = []

  /// How many bytes are put together before they are handed on.
  static let pieceSize = 1 << 16

  package init() {}

  package mutating func add(_ key: String, _ value: YAMLValue) { fields.append((key, .value(value))) }

  /// - Parameter items: made anew whenever the document is written.
  package mutating func add(_ key: String, items: some Collection<YAMLValue>) {
    fields.append((key, .list(AnyCollection(items))))
  }
}
