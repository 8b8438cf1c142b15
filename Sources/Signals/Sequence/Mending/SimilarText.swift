// SPDX-License-Identifier: Apache-2.0

/// How many bytes of a text are wrong, missing or too many in another.
enum SimilarText {
  /// The edit distance (Levenshtein) of two texts; `nil` when it is above a limit.
  static func distance(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>, limit: Int) -> Int? {
    let left = Array(left)
    let right = Array(right)
    guard abs(left.count - right.count) <= limit else { return nil }
    let beyond = limit + 1
    var previous = Array(0...right.count)
    var row = previous
    for (above, byte) in left.enumerated() {
      // Only a band beside the diagonal can stay within the limit.
      let first = max(1, above + 1 - limit)
      let last = min(right.count, above + 1 + limit)
      guard first <= last else { return nil }
      row[first - 1] = first == 1 ? above + 1 : beyond
      var best = row[first - 1]
      for column in first...last {
        let change = previous[column - 1] + (byte == right[column - 1] ? 0 : 1)
        let isEdge = column == above + 1 + limit
        let removal = isEdge ? beyond : previous[column] + 1
        row[column] = min(change, removal, row[column - 1] + 1, beyond)
        best = min(best, row[column])
      }
      guard best <= limit else { return nil }
      swap(&previous, &row)
    }
    return previous[right.count] <= limit ? previous[right.count] : nil
  }

  /// Whether a text begins with something that is nearly another: at most every eighth byte differs.
  static func begins(_ text: ArraySlice<UInt8>, nearly other: [UInt8]) -> Bool {
    let limit = max(1, other.count / 8)
    return (-limit...limit).contains { extra in
      let count = other.count + extra
      return count > 0 && count <= text.count && distance(text.prefix(count), other, limit: limit) != nil
    }
  }
}
