// SPDX-License-Identifier: Apache-2.0

/// What the host wants to know from the board's journal, as the arguments of `lava-journal`.
package struct JournalQuestion: Sendable, Hashable {
  /// Numbers of signals.
  var signals: [ClosedRange<Int>] = []
  /// All signals from this number on.
  var signalsFrom: Int?
  /// Indices of marks.
  var marks: [ClosedRange<Int>] = []
  /// All marks.
  var asksAllMarks = false

  package var isEmpty: Bool { signals.isEmpty && signalsFrom == nil && marks.isEmpty && !asksAllMarks }

  /// Such as `17 23-25 40- +3`, and no longer than `limit` bytes: neighbours are merged until it fits, so that more may
  /// be answered than is missing.
  package func selectors(limit: Int) -> String {
    var signals = signals
    var marks = marks
    while true {
      var words = signals.map { Self.text($0) }
      if let signalsFrom { words.append("\(signalsFrom)-") }
      words += asksAllMarks ? ["+"] : marks.map { "+" + Self.text($0) }
      let line = words.joined(separator: " ")
      guard line.utf8.count > limit else { return line }
      let isMerged = signals.count >= marks.count ? Self.mergeNearest(&signals) : Self.mergeNearest(&marks)
      if !isMerged { return line }
    }
  }

  private static func text(_ range: ClosedRange<Int>) -> String {
    range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
  }

  /// Joins the two neighbours with the fewest numbers in between.
  private static func mergeNearest(_ ranges: inout [ClosedRange<Int>]) -> Bool {
    let distances = zip(ranges, ranges.dropFirst()).map { $1.lowerBound - $0.upperBound }
    guard let index = distances.indices.min(by: { distances[$0] < distances[$1] }) else { return false }
    ranges[index] = ranges[index].lowerBound...ranges[index + 1].upperBound
    ranges.remove(at: index + 1)
    return true
  }
}
