// SPDX-License-Identifier: Apache-2.0

/// Finds the word somebody most likely meant.
package enum Suggestion {
  /// Comparing takes the product of the lengths, and words come from strangers.
  private static let maximumLength = 64

  /// The candidate nearest to `word`, if it is near enough to be a slip of the finger rather than another word:
  /// at most one edit (insertion, deletion, replacement, or two neighbours swapped) for every three characters, one
  /// for shorter words. Nothing is near a word of more than 64 characters.
  package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let typed = Array(word.lowercased())
    guard typed.count <= maximumLength else { return nil }
    let limit = max(1, typed.count / 3)
    var best: (distance: Int, word: String)?
    for candidate in candidates {
      let known = Array(candidate.lowercased())
      guard abs(known.count - typed.count) <= limit else { continue }
      let distance = editDistance(typed, known)
      // As many edits as letters is another word.
      guard distance <= limit, distance < max(typed.count, known.count), distance < best?.distance ?? .max else {
        continue
      }
      best = (distance, candidate)
    }
    return best?.word
  }

  /// The optimal string alignment distance of two words.
  private static func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
      var current = [row]
      for column in 1...right.count {
        let replaced = last[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
        var cost = min(last[column] + 1, current[column - 1] + 1, replaced)
        if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
          cost = min(cost, beforeLast[column - 2] + 1)
        }
        current.append(cost)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
