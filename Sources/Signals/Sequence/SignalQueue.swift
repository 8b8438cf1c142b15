// SPDX-License-Identifier: Apache-2.0

/// A signal that waits for its turn.
struct HeldSignal: Sendable {
  /// What the trailer says.
  enum Standing: Sendable, Equatable {
    /// It is the signal of this number.
    case number(Int)
    /// The sum under this number is not its.
    case wrongSum(Int)
    /// Torn behind this number.
    case torn(Int)
    case none
  }

  let signal: ScannedSignal
  let standing: Standing
  let integrity: SignalIntegrity
  /// When it arrived; `nil` for what was recovered.
  var time: Duration?
  /// The number that arrived last before it; for a numbered one its own.
  var after: Int
  /// Where it stands among those behind the same number: its place in the stream.
  var offset: Int
  /// The number before it when it arrived.
  let arrivedAfter: Int
  /// The number that arrived first behind it.
  var upper: Int?
  /// Whether it has done its work and only keeps its place.
  var isSpent = false

  var number: Int? { if case .number(let number) = standing { number } else { nil } }

  func stands(before other: HeldSignal) -> Bool { (after, offset) < (other.after, other.offset) }
}

/// The signals that wait, in the order in which they will be delivered.
struct SignalQueue: Sendable {
  private var items: [HeldSignal] = []
  private var head = 0
  /// The bytes of all signals.
  private(set) var byteCount = 0

  var first: HeldSignal? { head < items.count ? items[head] : nil }
  var isEmpty: Bool { head == items.count }

  mutating func removeFirst() -> HeldSignal {
    let item = items[head]
    byteCount -= item.signal.bytes.count
    head += 1
    if head == items.count || head > 4096 {
      items.removeFirst(head)
      head = 0
    }
    return item
  }

  /// Marks the signal of a number as spent, if it still waits.
  ///
  /// - Returns: the signal as it waited.
  mutating func spend(_ number: Int) -> HeldSignal? {
    guard let index = items[head...].lastIndex(where: { $0.number == number }) else { return nil }
    defer { items[index].isSpent = true }
    return items[index]
  }

  /// Puts a signal behind those of the same place.
  mutating func insert(_ item: HeldSignal) {
    byteCount += item.signal.bytes.count
    var index = items.count
    while index > head, item.stands(before: items[index - 1]) { index -= 1 }
    items.insert(item, at: index)
  }

  /// Notes that a number has arrived at a place in the stream: those that came before it know what is behind them, those
  /// that came behind it (it was mended later) what is before them.
  mutating func note(_ number: Int, at offset: Int) {
    forEachOpen { item in
      if item.offset < offset {
        item.upper = number
      } else {
        item.after = max(item.after, number)
      }
    }
  }

  /// Drops what a mended signal was torn into.
  mutating func removeTorn(in place: Range<Int>) {
    var index = items.count
    while index > head, items[index - 1].number == nil {
      index -= 1
      let signal = items[index].signal
      if signal.offset < place.upperBound, signal.endOffset > place.lowerBound {
        byteCount -= signal.bytes.count
        items.remove(at: index)
      }
    }
  }

  /// Changes those behind which no number has arrived yet: the newest.
  private mutating func forEachOpen(_ body: (inout HeldSignal) -> Void) {
    var index = items.count
    while index > head, items[index - 1].number == nil, items[index - 1].upper == nil {
      index -= 1
      body(&items[index])
    }
  }

  /// Changes any, keeping their order among those of the same place.
  mutating func update(_ body: (inout HeldSignal) -> Void) {
    items.removeFirst(head)
    head = 0
    for index in items.indices { body(&items[index]) }
    items = items.enumerated().sorted { left, right in
      if left.element.stands(before: right.element) { return true }
      return !right.element.stands(before: left.element) && left.offset < right.offset
    }.map(\.element)
  }

  /// Gives what was recovered the time of what came behind it.
  mutating func fillTimes(_ now: Duration) {
    var time = now
    for index in items.indices.reversed() where index >= head {
      time = items[index].time ?? time
      items[index].time = time
    }
  }

  func contains(where condition: (HeldSignal) -> Bool) -> Bool { items[head...].contains(where: condition) }
}
