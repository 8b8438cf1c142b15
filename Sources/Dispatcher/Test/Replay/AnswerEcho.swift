// SPDX-License-Identifier: Apache-2.0

import Signals

/// The echo of the host's answer to a call of the group, `<LAVA_SYNC_COMPLETE…`, on a recorded console (spec multinode §6).
struct AnswerEcho: Equatable {
  /// `SYNC`, `WAIT` or `WAIT_ALL`.
  let name: String
  /// Where it is in the bytes, as far as the name goes.
  let range: Range<Int>

  private static let openings = ["SYNC", "WAIT", "WAIT_ALL"].map { ($0, Array("<LAVA_\($0)".utf8)) }
  private static let ending: StaticString = "_COMPLETE"
  /// Its `P`: the rarest letter on a console.
  private static let rare = 5

  /// The first one in some bytes.
  init?(in bytes: UnsafeRawBufferPointer) {
    var start = 0
    while let found = bytes.position(of: Self.ending, from: start, rare: Self.rare) {
      let before = bytes[..<found]
      if let (name, opening) = Self.openings.first(where: { before.suffix($0.1.count).elementsEqual($0.1) }) {
        self.name = name
        range = found - opening.count..<found + Self.ending.utf8CodeUnitCount
        return
      }
      start = found + 1
    }
    return nil
  }
}
