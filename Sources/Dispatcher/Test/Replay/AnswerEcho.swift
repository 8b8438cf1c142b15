// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The echo of the host's answer to a call of the group, `<LAVA_SYNC_COMPLETE…`, on a recorded console (spec multinode §6).
struct AnswerEcho: Equatable {
  /// `SYNC`, `WAIT` or `WAIT_ALL`.
  let name: String
  /// Where it is in the bytes, as far as the name goes.
  let range: Range<Int>

  private static let openings = ["SYNC", "WAIT", "WAIT_ALL"].map { ($0, Array("<LAVA_\($0)".utf8)) }
  private static let ending = Array("_COMPLETE".utf8)

  /// The first one in some bytes.
  init?(in bytes: UnsafeRawBufferPointer) {
    var start = 0
    while let found = Self.position(of: Self.ending, in: bytes, from: start) {
      let before = bytes[..<found]
      if let (name, opening) = Self.openings.first(where: { before.suffix($0.1.count).elementsEqual($0.1) }) {
        self.name = name
        range = found - opening.count..<found + Self.ending.count
        return
      }
      start = found + 1
    }
    return nil
  }

  /// Looks for the rarest letter of the text, so that `memchr` takes long steps.
  private static func position(of text: [UInt8], in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    let letter = UInt8(ascii: "P")
    guard let base = bytes.baseAddress, let offset = text.firstIndex(of: letter) else { return nil }
    var index = start
    while index < bytes.count, let found = memchr(base + index, Int32(letter), bytes.count - index) {
      index = UnsafeRawPointer(found) - base + 1
      let begin = index - 1 - offset
      if begin >= start, bytes[begin...].starts(with: text) { return begin }
    }
    return nil
  }
}
