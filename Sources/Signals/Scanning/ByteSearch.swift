// SPDX-License-Identifier: Apache-2.0

internal import Glibc

extension UnsafeRawBufferPointer {
  /// The first place of a byte at or behind an index, by `memchr`.
  package func index(of byte: UInt8, from start: Int) -> Int? {
    guard start < count, let base = baseAddress, let found = memchr(base + start, Int32(byte), count - start) else {
      return nil
    }
    return UnsafeRawPointer(found) - base
  }

  /// The first place at or behind an index where a literal begins, which is not empty.
  ///
  /// - Parameter rare: the index of the literal's byte that is looked for by `memchr`: the rarer it is, the longer the steps.
  package func position(of literal: StaticString, from start: Int = 0, rare: Int = 0) -> Int? {
    var position = start + rare
    while let found = index(of: literal.utf8Start[rare], from: position) {
      let rest = UnsafeRawBufferPointer(rebasing: self[(found - rare)...])
      if rest.commonPrefix(with: literal) == literal.utf8CodeUnitCount { return found - rare }
      position = found + 1
    }
    return nil
  }

  /// Whether a literal, which is not empty, stands anywhere in the bytes.
  func contains(_ literal: StaticString) -> Bool { position(of: literal) != nil }

  /// How many bytes are those of the literal's beginning.
  func commonPrefix(with literal: StaticString) -> Int {
    let limit = Swift.min(count, literal.utf8CodeUnitCount)
    var common = 0
    while common < limit, self[common] == literal.utf8Start[common] { common += 1 }
    return common
  }
}
