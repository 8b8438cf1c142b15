// SPDX-License-Identifier: Apache-2.0

/// Finds patterns in a stream of bytes that arrives in pieces.
///
/// What has not been part of a match, or before one, is *unread*; each search sees the unread bytes, as pexpect's
/// does. What is found does not depend on how the stream was cut: a match counts once no further byte could change
/// it. `\d+` at the end of what has come so far is `undecided`, for a further digit would belong to it; `login:` is
/// not. Who knows that nothing comes for a while asks again with `settled`, and gets what is there (as pexpect always
/// does).
///
/// No byte is searched twice in vain: each pattern's search goes on where a match of it can still start.
package struct StreamMatcher: Sendable {
  /// How many unread bytes are kept at most while patterns are searched for: 1 MiB. The oldest are dropped.
  package static let defaultRetention = 1 << 20
  /// The stream is looked at in slices between multiples of this, so that what is dropped does not depend on its
  /// pieces.
  private static let slice = 1 << 16

  package enum Step: Sendable {
    case match(PatternMatch)
    /// Something may match or has matched; more bytes, or that none come for now, decide.
    case undecided
    case none
  }

  private let retention: Int
  /// What arrived, from the stream's place `base` on.
  private var raw: [UInt8] = []
  /// The same made valid UTF-8, byte for byte.
  private var text: [UInt8] = []
  // Places in the stream, counted from its first byte.
  private var base = 0
  /// The first unread byte.
  private var head = 0
  /// Where `text` ends to be valid: a character may be unfinished there.
  private var valid = 0
  /// How far the searches have been allowed to look.
  private var limit = 0
  private var set = PatternSet([])
  private var searches: [PatternSearch] = []

  package init(retention: Int = defaultRetention) { self.retention = retention }

  /// How many bytes are unread.
  package var unreadCount: Int { base + raw.count - head }

  /// Adds what has arrived. It is kept whole until the next search.
  package mutating func append(_ bytes: [UInt8]) {
    compact()
    raw += bytes
    text += bytes
    valid = base + UTF8Repair.repair(&text, from: valid - base, isComplete: false)
  }

  /// Takes out all unread bytes.
  package mutating func takeUnread() -> [UInt8] {
    let bytes = Array(raw[(head - base)...])
    self = StreamMatcher(retention: retention)
    return bytes
  }

  /// Puts bytes back before the unread ones.
  package mutating func putBack(_ bytes: [UInt8]) {
    let all = bytes + takeUnread()
    append(all)
  }

  /// Looks for the next match, and makes what comes before its end read.
  ///
  /// - Parameter settled: nothing more comes, for now or ever: take what matches as it is.
  package mutating func next(_ patterns: PatternSet, settled: Bool = false) throws(PatternError) -> Step {
    if !set.isSame(as: patterns) { change(to: patterns) }
    while true {
      let border = (limit / Self.slice + 1) * Self.slice
      let mustDrop = limit % Self.slice == 0 && limit - head > retention
      let isUndecided = try search(isForced: mustDrop)
      if let winner = winner() { return .match(consume(winner)) }
      if mustDrop { drop(before: limit - retention) }
      if limit < valid {
        limit = min(border, valid)
      } else if settled {
        return try settle()
      } else {
        return isUndecided ? .undecided : .none
      }
    }
  }

  // MARK: Searching

  /// Looks for other patterns from here on. The search for one that stays goes on where it is.
  private mutating func change(to patterns: PatternSet) {
    let known = Dictionary(
      zip(set.patterns.map { ObjectIdentifier($0) }, searches),
      uniquingKeysWith: { first, _ in first }
    )
    set = patterns
    searches = patterns.patterns.map { known[ObjectIdentifier($0)] ?? PatternSearch($0, at: head) }
  }

  /// Brings each pattern's search up to `limit`. Returns whether one waits for more.
  private mutating func search(isForced: Bool) throws(PatternError) -> Bool {
    var isUndecided = false
    for index in searches.indices {
      try searches[index].advance(text, base: base, from: head, to: limit, isForced: isForced)
      isUndecided = isUndecided || searches[index].isOpen
    }
    return isUndecided
  }

  /// The pattern whose match starts first, if no other can still start before it.
  private func winner() -> Int? {
    let found = searches.indices.filter { searches[$0].start != nil }
    guard let best = found.min(by: { (searches[$0].start!, $0) < (searches[$1].start!, $1) }) else { return nil }
    let isOpen = searches.indices.contains { index in
      searches[index].isOpen && (searches[index].scanned, index) < (searches[best].start!, best)
    }
    return isOpen ? nil : best
  }

  /// What matches when nothing more comes.
  private mutating func settle() throws(PatternError) -> Step {
    var best: (start: Int, index: Int, groups: [Range<Int>?])?
    for (index, search) in searches.enumerated() {
      let found = try search.settled(text, base: base, from: head, to: limit)
      if let found, let start = found[0]?.lowerBound, start < best?.start ?? .max { best = (start, index, found) }
    }
    guard let best else { return .none }
    searches[best.index].found = best.groups
    return .match(consume(best.index))
  }

  /// Makes the match of a pattern read.
  private mutating func consume(_ index: Int) -> PatternMatch {
    let groups = searches[index].found!
    let local = groups.map { range in range.map { $0.lowerBound - base..<$0.upperBound - base } }
    let match = PatternMatch(
      index: index,
      in: raw,
      from: head - base,
      groups: local,
      names: set.patterns[index].groupNames
    )
    head = groups[0]!.upperBound
    for index in searches.indices { searches[index].forget(before: head) }
    return match
  }

  private mutating func drop(before place: Int) {
    var place = place
    while place < valid, text[place - base] & 0xC0 == 0x80 { place += 1 }
    head = place
    for index in searches.indices { searches[index].drop(before: head) }
  }

  /// Gives back the memory of what is read, now and then.
  private mutating func compact() {
    guard head - base > Self.slice, head - base > raw.count / 2 else { return }
    raw.removeSubrange(..<(head - base))
    text.removeSubrange(..<(head - base))
    base = head
  }
}
