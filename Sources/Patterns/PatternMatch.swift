// SPDX-License-Identifier: Apache-2.0

/// What was found, as the bytes that the board sent.
package struct PatternMatch: Sendable, Hashable {
  /// Which pattern of the set it was.
  package var index: Int
  /// The unread bytes before the match; pexpect's `before`. The oldest are missing where there were too many to keep.
  package var before: [UInt8]
  /// The match itself.
  package var bytes: [UInt8]
  /// Each group from 1 on, at its number less 1; nil for a group that took no part.
  package var groups: [[UInt8]?]
  /// The number of each named group.
  package var names: [String: Int]

  init(index: Int, in bytes: [UInt8], from start: Int, groups: [Range<Int>?], names: [String: Int]) {
    let whole = groups[0]!
    self.index = index
    self.before = start < whole.lowerBound ? Array(bytes[start..<whole.lowerBound]) : []
    self.bytes = Array(bytes[whole])
    self.groups = groups.dropFirst().map { range in range.map { Array(bytes[$0]) } }
    self.names = names
  }

  /// The match as text, with what is not UTF-8 replaced.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The bytes before the match as text, with what is not UTF-8 replaced.
  package var textBefore: String { String(decoding: before, as: UTF8.self) }

  /// A group's bytes by its name; nil where there is no such group, or it took no part.
  package subscript(name: String) -> [UInt8]? { names[name].flatMap { groups[$0 - 1] } }

  /// A group's text by its name, with what is not UTF-8 replaced.
  package func text(of name: String) -> String? { self[name].map { String(decoding: $0, as: UTF8.self) } }

  /// Whether the pattern has a group of this name, whether or not it took part.
  package func hasGroup(_ name: String) -> Bool { names[name] != nil }
}
