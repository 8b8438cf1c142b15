// SPDX-License-Identifier: Apache-2.0

/// A set of places in a line, as bits.
struct LinePlaces: Sendable {
  private var words: [UInt64]

  /// An empty set.
  ///
  /// - Parameter count: of the places that can be in it, from 0 on.
  init(count: Int) { words = Array(repeating: 0, count: count / 64 + 1) }

  func contains(_ place: Int) -> Bool { words[place / 64] & (1 << UInt64(place % 64)) != 0 }

  mutating func insert(_ place: Int) { words[place / 64] |= 1 << UInt64(place % 64) }

  mutating func removeAll() {
    for index in words.indices { words[index] = 0 }
  }

  mutating func formUnion(_ other: LinePlaces) {
    for index in words.indices { words[index] |= other.words[index] }
  }

  mutating func formIntersection(_ other: LinePlaces) {
    for index in words.indices { words[index] &= other.words[index] }
  }

  /// Puts each place behind the one before.
  mutating func shiftUp() {
    var carry: UInt64 = 0
    for index in words.indices {
      let word = words[index]
      words[index] = word << 1 | carry
      carry = word >> 63
    }
  }

  /// Puts each place before the one behind it; the first is dropped.
  mutating func shiftDown() {
    for index in words.indices {
      let next = index + 1 < words.count ? words[index + 1] : 0
      words[index] = words[index] >> 1 | next << 63
    }
  }
}
