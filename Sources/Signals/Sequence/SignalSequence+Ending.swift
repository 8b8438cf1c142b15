// SPDX-License-Identifier: Apache-2.0

// The end of the stream: what to ask the journal, and what to make of its answers.
extension SignalSequence {
  /// Whether the runner is done, as far as its signals and its journal say.
  var isEnded: Bool { last != nil || journal.isClosed }

  /// Whether the signal that ends the test shell was not the runner's.
  var isAborted: Bool { last.map { number in queue.contains { $0.number == number && $0.signal.isRaise } } ?? false }

  /// Whether an EXIT without a trailer has come in a run without any.
  var holdsExit: Bool { !isNumbered && queue.contains { $0.signal.kind == .runnerExit } }

  /// What is missing; empty when nothing is.
  var question: JournalQuestion {
    var question = JournalQuestion()
    guard sum != nil else { return question }
    let total = last ?? journal.totals?.signals
    question.signals = ledger.missing(through: total ?? ledger.highest)
    if total == nil { question.signalsFrom = ledger.highest + 1 }
    let marks = journal.missingMarks
    if marks.map({ !$0.isEmpty }) ?? true, needsMarks(total) {
      if let marks { question.marks = marks } else { question.asksAllMarks = true }
    }
    return question
  }

  /// Whether it matters where the definitions begin and end.
  private func needsMarks(_ total: Int?) -> Bool {
    if total == nil || isStuck || unsureFrom != nil || queue.contains(where: { $0.signal.isRunSignal }) { return true }
    return !runs.isUnknown && !runs.isComplete && !isAborted
  }

  /// Delivers all that is held with what is known, and names what is lost.
  ///
  /// - Parameter console: the bytes that nothing was found in yet.
  mutating func finish(at now: Duration, _ console: ConsoleView.Text) {
    if !question.isEmpty {
      noteExitTrace(console)
      _ = mend(console, gap: lastArrived + 1..<lastArrived + 2, at: now)
    }
    settleRuns()
    queue.fillTimes(now)
    advance(isFinal: true)
    if isNumbered {
      // One that came last, and torn, was there all the same.
      let highest = ledger.highest + (tornNumber == ledger.highest + 1 ? 1 : 0)
      tally.lost = ledger.missing(through: last ?? journal.totals?.signals ?? highest)
    }
    if !tally.lost.isEmpty {
      let isOne = tally.lost.count == 1 && tally.lost[0].count == 1
      let lost = "\(SignalLedger.text(tally.lost)) \(isOne ? "was" : "were") lost"
      outputs.append(.log(.warning, "Signal\(isOne ? "" : "s") \(lost): what the board sent did not arrive whole"))
    }
    if let front = queue.first, front.number == last { deliver(front, at: front.time ?? now) }
    queue = SignalQueue()
  }

  /// Begins a definition whose STARTRUN was not seen and that no mark tells of, because its signals are there.
  mutating func implyRun(before item: HeldSignal) {
    guard journal.known.isEmpty, needsRun(item.signal) || item.number == unsureFrom, !runs.isUnknown,
      runs.next < runs.suites.count
    else { return }
    let index = runs.next
    outputs.append(
      .log(.warning, "The start of \(runs.suite(index)) was not seen: signal \(item.after) is taken to be of it")
    )
    let text = runs.text(isStart: true, index)
    guard let signal = ScannedSignal(text: text) else { return }
    outputs.append(.signal(signal, .unverified, at: item.time ?? .zero))
    if let reading = runs.reading(signal) { runs.note(reading) }
  }
}

// MARK: Definitions

extension SignalSequence {
  /// Puts STARTRUN and ENDRUN where the journal's marks say that definitions begin and end, makes those that did not
  /// arrive, and tells of scripts that failed.
  private mutating func settleRuns() {
    learnUUIDs()
    let marks = journal.known
    guard !marks.isEmpty else { return }
    placeRunSignals()
    for (index, suite) in runs.suites.enumerated() {
      guard let begin = journal.mark(.begin, of: suite) else { continue }
      let install = journal.mark(.install, of: suite)
      let exit = journal.mark(.exit, of: suite)
      tell(suite, install: install, exit: exit)
      guard install?.status ?? 0 == 0 else { continue }
      let hasStart = runs.begun.contains(index) || isHeld(isStart: true, index)
      if !hasStart {
        if begin.after + 1 < next, let open = runs.open {
          let what = "What was reported of \(runs.suite(open)) behind signal \(begin.after) may be of \(suite)"
          outputs.append(.log(.error, "\(what): the line of its start did not arrive, nor anything near it"))
        }
        insertRun(isStart: true, index, after: max(begin.after, install?.after ?? 0))
      }
      guard let exit, exit.status == 0, !exited.contains(index), !runs.ended.contains(index),
        !isHeld(isStart: false, index)
      else { continue }
      if runs.begun.contains(index), runs.open != index {
        runs.noteEnd(index)
        outputs.append(.runEnded(suite: suite))
      } else {
        insertRun(isStart: false, index, after: exit.after)
      }
    }
  }

  private mutating func tell(_ suite: String, install: BoardJournal.Mark?, exit: BoardJournal.Mark?) {
    for (mark, script) in [(install, "install.sh"), (exit, "run.sh")] {
      guard let mark, mark.status != 0 else { continue }
      outputs.append(.log(.error, "\(suite): \(script) ended with status \(mark.status)"))
    }
    if exit == nil, install?.status ?? 0 == 0, journal.isClosed {
      outputs.append(.log(.error, "\(suite): run.sh did not come to its end"))
    }
  }

  /// Moves those that arrived beside a gap behind the numbers that the marks tell, with what came behind them.
  private mutating func placeRunSignals() {
    let (journal, runs) = (journal, runs)
    var least = 0
    queue.update { item in
      guard item.number == nil else { return }
      if let reading = runs.reading(item.signal) {
        let suite = runs.suite(reading.index)
        let marks: [BoardJournal.Mark.Kind] = reading.isStart ? [.begin, .install] : [.exit]
        let after = marks.compactMap { journal.mark($0, of: suite)?.after }.max() ?? 0
        least = max(least, min(after, (item.upper ?? .max) - 1))
      }
      item.after = max(item.after, least)
    }
  }

  /// Learns from what is held the uuids that the configuration does not know.
  private mutating func learnUUIDs() {
    var readings: [RunOrder.RunSignal] = []
    _ = queue.contains { item in
      if let reading = runs.reading(item.signal) { readings.append(reading) }
      return false
    }
    for reading in readings { runs.learn(reading) }
  }

  private func isHeld(isStart: Bool, _ index: Int) -> Bool {
    queue.contains { item in
      item.signal.isRunSignal && runs.reading(item.signal).map { $0.isStart == isStart && $0.index == index } ?? false
    }
  }

  /// Makes a STARTRUN or ENDRUN that did not arrive.
  private mutating func insertRun(isStart: Bool, _ index: Int, after: Int) {
    let text = runs.text(isStart: isStart, index)
    guard let signal = ScannedSignal(text: text) else { return }
    var item = HeldSignal(
      signal: signal,
      standing: .none,
      integrity: .recovered,
      after: max(after, next - 1),
      offset: 0,
      arrivedAfter: after,
      upper: after + 1
    )
    // Among what stands behind the same number: an end before the next start, a start behind the last end.
    var offset = isStart ? 0 : Int.max
    _ = queue.contains { other in
      guard other.number == nil, other.after == item.after, let reading = runs.reading(other.signal) else {
        return false
      }
      if isStart, !reading.isStart || reading.index < index { offset = max(offset, other.offset) }
      if !isStart, reading.isStart, reading.index > index { offset = min(offset, other.offset - 1) }
      return false
    }
    item.offset = offset
    queue.insert(item)
  }
}
