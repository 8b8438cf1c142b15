// SPDX-License-Identifier: Apache-2.0

/// The sums under the nonce of one start of the runner (docs/Signals.md, "Trailer" and "Asking again").
struct SignalSum: Sendable {
  /// Of the nonce and a space.
  private let head: CRC32C

  init(nonce: String) {
    var head = CRC32C()
    head.update("\(nonce) ".utf8)
    self.head = head
  }

  /// What a trailer's sum begins with.
  func head(number: Int) -> CRC32C {
    var sum = head
    sum.update("\(number) ".utf8)
    return sum
  }

  /// The sum of a signal.
  func value(of text: some Sequence<UInt8>, number: Int) -> UInt32 {
    var sum = head(number: number)
    sum.update(text)
    return sum.value
  }

  /// The sum of an answer of the journal: of its key and of its text, unescaped.
  func value(of text: some Sequence<UInt8>, key: some Sequence<UInt8>) -> UInt32 {
    var sum = head
    sum.update(key)
    sum.update(CollectionOfOne(UInt8(ascii: " ")))
    sum.update(text)
    return sum.value
  }

  /// The signal as the board made it, when its trailer is of this run: the bytes as they are, or without what the way
  /// to the host adds to them (a terminal's `\r`, control sequences, NULs).
  func verified(_ signal: ScannedSignal) -> ScannedSignal? {
    guard let trailer = signal.trailer, let printed = trailer.sum else { return nil }
    let start = head(number: trailer.number)
    func isRight(_ text: [UInt8]) -> Bool {
      var sum = start
      sum.update(text)
      return sum.value == printed
    }
    if isRight(signal.bytes) { return signal }
    let forms = [TerminalBytes.withoutReturns, TerminalBytes.plain]
    for form in forms {
      let text = form(signal.bytes)
      if text.count < signal.bytes.count, isRight(text) { return signal.with(text: text) }
    }
    return nil
  }
}
