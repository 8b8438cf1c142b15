// SPDX-License-Identifier: Apache-2.0

/// Cuts bytes that come in pieces into lines. Each byte is looked at once.
package struct LineSplitter {
  /// What stands after the last newline so far.
  package private(set) var rest: Bytes = []
  private let limit: Int

  /// - Parameter limit: how many bytes of a line are kept; the bytes behind are dropped.
  package init(limit: Int) {
    self.limit = limit
  }

  /// Takes the next piece.
  ///
  /// - Returns: the lines that end in it, without their newlines.
  @inline(never)
  package mutating func take(_ piece: Bytes) -> [Bytes] {
    var lines: [Bytes] = []
    var start = 0
    while start < piece.count {
      let newline = piece.index(of: .newline, from: start)
      let end = newline ?? piece.count
      rest.append(piece.part(start..<(start + min(end - start, limit - rest.count))))
      if newline != nil {
        lines.append(rest)
        rest = []
      }
      start = end + 1
    }
    return lines
  }
}
