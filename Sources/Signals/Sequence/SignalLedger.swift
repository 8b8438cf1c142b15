// SPDX-License-Identifier: Apache-2.0

/// Which numbers of a run's signals were seen, so that the missing ones can be named.
///
/// Only numbers under a right sum are recorded: noise cannot grow the ledger. Its size is that of the gaps.
package struct SignalLedger: Sendable, Hashable {
  /// Sorted; a gap lies between each two.
  private var seen: [ClosedRange<Int>] = []

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

  package func contains(_ number: Int) -> Bool {
    let index = firstIndex(endingAtOrAfter: number)
    return index < seen.count && seen[index].contains(number)
  }

  /// The highest number seen, 0 before the first.
  package var highest: Int { seen.last?.upperBound ?? 0 }

  /// The lowest number that was not seen.
  package var firstMissing: Int {
    guard let first = seen.first, first.lowerBound == 1 else { return 1 }
    return first.upperBound + 1
  }

  /// The numbers from 1 to `last` that were not seen.
  package func missing(through last: Int) -> [ClosedRange<Int>] {
    var missing: [ClosedRange<Int>] = []
    var next = 1
    for range in seen where next <= last {
      if next < range.lowerBound { missing.append(next...min(range.lowerBound - 1, last)) }
      next = range.upperBound + 1
    }
    if next <= last { missing.append(next...last) }
    return missing
  }

  /// Numbers as text, such as `17, 23-25`; at most 100 ranges are named.
  package static func text(_ numbers: [ClosedRange<Int>]) -> String {
    let named = numbers.prefix(100).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    return named.joined(separator: ", ") + (numbers.count > named.count ? ", … (\(numbers.count) gaps)" : "")
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
