// SPDX-License-Identifier: Apache-2.0

/// Which numbers of a run's signals were seen, so that the missing ones can be named.
///
/// Only numbers under a right sum are recorded: noise cannot grow the ledger. Its size is that of the gaps.
package struct SignalLedger: Sendable, Hashable {
  /// Sorted; a gap lies between each two.
  private var seen: [ClosedRange<Int>] = []
  /// Numbers whose signal was seen under a torn trailer.
  private var torn: Set<Int> = []

  package init() {}

  /// Records a number.
  /// - Returns: whether it was not seen before.
  package mutating func insert(_ number: Int) -> Bool {
    if let last = seen.last, number == last.upperBound + 1 {
      seen[seen.count - 1] = last.lowerBound...number
      return true
    }
    let index = firstIndex(endingAtOrAfter: number)
    if index < seen.count, seen[index].contains(number) { return false }
    let joinsBefore = index > 0 && seen[index - 1].upperBound + 1 == number
    let joinsAfter = index < seen.count && seen[index].lowerBound - 1 == number
    let lower = joinsBefore ? seen[index - 1].lowerBound : number
    let upper = joinsAfter ? seen[index].upperBound : number
    seen.replaceSubrange((joinsBefore ? index - 1 : index)..<(joinsAfter ? index + 1 : index), with: [lower...upper])
    return true
  }

  /// Records that a signal counted whose trailer was torn behind this number. At most 4,096 of them are kept.
  package mutating func insertTorn(_ number: Int) {
    if torn.count < 4_096 { torn.insert(number) }
  }

  /// The highest number seen, 0 before the first.
  package var highest: Int { seen.last?.upperBound ?? 0 }

  /// The numbers below the highest that were not seen.
  package var lost: [ClosedRange<Int>] {
    var lost: [ClosedRange<Int>] = []
    var torn = torn.sorted()[...]
    var next = 1
    for range in seen {
      while let number = torn.first, number < range.lowerBound {
        if next < number { lost.append(next...(number - 1)) }
        next = max(next, number + 1)
        torn = torn.dropFirst()
      }
      if next < range.lowerBound { lost.append(next...(range.lowerBound - 1)) }
      next = range.upperBound + 1
    }
    return lost
  }

  /// The lost numbers as text, such as `17, 23-25`; `nil` when there are none. At most 100 gaps are named.
  package var lostText: String? {
    let lost = lost
    guard !lost.isEmpty else { return nil }
    let named = lost.prefix(100).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    return named.joined(separator: ", ") + (lost.count > named.count ? ", … (\(lost.count) gaps)" : "")
  }

  private func firstIndex(endingAtOrAfter number: Int) -> Int {
    var range = 0..<seen.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = seen[middle].upperBound < number ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}
