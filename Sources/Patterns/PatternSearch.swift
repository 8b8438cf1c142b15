// SPDX-License-Identifier: Apache-2.0

/// How far the search for one pattern in a stream has come. Places count from the stream's first byte.
struct PatternSearch: Sendable {
  private let pattern: Pattern
  /// No match starts before this place.
  private(set) var scanned: Int
  /// A match that no further byte can change: its range and those of its groups.
  var found: [Range<Int>?]?
  /// Whether the text that was seen ends within what may become a match, which starts at `scanned`.
  private(set) var isOpen = false
  /// Where the text ended when it was last searched.
  private var end: Int
  /// Whether the unread text begins elsewhere than at the last search, which matters to `^`, `\b` and their like.
  private var hasNewHead = false

  /// An open match is looked at again when the text has grown by one part in so many: that bounds the work to so many
  /// times the text, however it is cut.
  private static let growth = 8
  /// Up to this length, in bytes, an open match is looked at each time.
  private static let small = 4096
  /// From so many characters on, looking back means to search again from the begin.
  private static let farBehind = 16

  init(_ pattern: Pattern, at head: Int) {
    self.pattern = pattern
    scanned = head
    end = head
  }

  /// Where the match starts.
  var start: Int? { found?[0]?.lowerBound }

  /// Searches what has not been searched yet.
  ///
  /// - Parameters:
  ///   - text: valid UTF-8; its first byte is at the place `base`.
  ///   - head: the begin of the unread text, which is all that the pattern sees.
  ///   - limit: the end of what may be looked at.
  ///   - isForced: whether an open match is looked at again in any case.
  mutating func advance(
    _ text: [UInt8],
    base: Int,
    from head: Int,
    to limit: Int,
    isForced: Bool
  ) throws(PatternError) {
    if hasNewHead { try lookAgain(text, base: base, at: head, to: limit) }
    guard found == nil, end < limit || isForced else { return }
    if isOpen, !isForced, end - scanned > Self.small, limit - end < (end - scanned) / Self.growth { return }
    let outcome = try pattern.search(text, in: head - base..<limit - base, from: scanned - base, .partial)
    end = limit
    take(outcome, base: base)
  }

  /// The match, when nothing comes after the text.
  func settled(_ text: [UInt8], base: Int, from head: Int, to limit: Int) throws(PatternError) -> [Range<Int>?]? {
    if let found { return found }
    let outcome = try pattern.search(text, in: head - base..<limit - base, from: scanned - base, .complete)
    guard case .match(let groups) = outcome else { return nil }
    return Self.places(groups, base: base)
  }

  /// The text before a place has been read: the pattern no longer sees it.
  mutating func forget(before head: Int) {
    hasNewHead = hasNewHead || pattern.lookBehind > 0
    drop(before: head)
  }

  /// The text before a place is gone.
  mutating func drop(before head: Int) {
    if let start, start < head { found = nil }
    guard scanned < head else { return }
    scanned = head
    end = head
    isOpen = false
  }

  private mutating func take(_ outcome: Pattern.Outcome, base: Int) {
    switch outcome {
    case .match(let groups) where groups[0]!.lowerBound + base == end:
      // Nothing at the very end: the next byte may make it something.
      scanned = end
      isOpen = true
    case .match(let groups):
      found = Self.places(groups, base: base)
      isOpen = false
    case .partial(let start):
      scanned = start + base
      isOpen = true
    case .none:
      scanned = end
      isOpen = false
    }
  }

  /// After the text before `head` has been read: what did not match at the first places because of it may match now.
  private mutating func lookAgain(_ text: [UInt8], base: Int, at head: Int, to limit: Int) throws(PatternError) {
    hasNewHead = false
    let reach = 4 * pattern.lookBehind
    guard pattern.lookBehind <= Self.farBehind, start ?? .max > head + reach else {
      found = nil
      isOpen = false
      scanned = head
      end = head
      return
    }
    // A character takes up to four bytes.
    var place = head
    var characters = 0
    while characters < pattern.lookBehind, place < min(scanned, limit) {
      defer { characters += 1 }
      let outcome = try pattern.search(text, in: head - base..<limit - base, from: place - base, .partialHere)
      if case .none = outcome {
        repeat { place += 1 } while place < limit && text[place - base] & 0xC0 == 0x80
        continue
      }
      found = nil
      end = limit
      return take(outcome, base: base)
    }
  }

  private static func places(_ groups: [Range<Int>?], base: Int) -> [Range<Int>?] {
    groups.map { range in range.map { $0.lowerBound + base..<$0.upperBound + base } }
  }
}
