// SPDX-License-Identifier: Apache-2.0

// What is put together again.
extension SignalSequence {
  /// Mends what is torn in the console's bytes.
  ///
  /// - Parameters:
  ///   - gap: the numbers that should be in there.
  ///   - isOpen: whether more may come behind the last byte.
  /// - Returns: behind the last signal that was found; `nil` when there was none.
  mutating func mend(
    _ console: ConsoleView.Text,
    gap: Range<Int>,
    isOpen: Bool = false,
    at now: Duration
  ) -> Int? {
    guard let sum, !console.bytes.isEmpty else { return nil }
    let ledger = ledger
    let (next, last) = (next, last ?? .max)
    let runs = runs
    let mender = SignalMender(
      sum: sum,
      isRunSignal: { runs.reading($0) != nil },
      isMissing: { number in number >= next && number <= last && !ledger.contains(number) },
      isOpen: isOpen
    )
    var end: Int?
    for mended in mender.mend(console.bytes, at: console.offset, gap: gap) {
      let signal = mended.signal
      if let number = mended.number {
        queue.removeTorn(in: signal.offset..<signal.endOffset)
        accept(signal, number, mended.isWhole ? .verified : .repaired, at: now)
        if !mended.isWhole {
          outputs.append(.log(.debug, "Signal \(number) (\(signal.label)) was torn on the console and is mended"))
        }
      } else if signal.kind == .journal {
        guard let answer = JournalAnswer(signal, sum) else { continue }
        take(answer, at: now)
      } else {
        insertRunSignal(signal, at: now)
      }
      end = max(end ?? 0, signal.endOffset)
    }
    return end
  }

  /// A STARTRUN or ENDRUN that was torn.
  private mutating func insertRunSignal(_ signal: ScannedSignal, at now: Duration) {
    guard let reading = runs.reading(signal) else { return }
    queue.removeTorn(in: signal.offset..<signal.endOffset)
    noteArrival(reading)
    let item = HeldSignal(
      signal: signal,
      standing: .none,
      integrity: .repaired,
      time: now,
      after: lastArrived,
      offset: signal.offset,
      arrivedAfter: lastArrived
    )
    queue.insert(item)
    outputs.append(.log(.debug, "\(signal.label) was torn on the console and is mended"))
  }
}
