// SPDX-License-Identifier: Apache-2.0

// What is delivered, and when.
extension SignalSequence {
  /// Delivers what has nothing missing before it.
  ///
  /// - Parameter isFinal: whether nothing more can come: then all but the signal that ends the shell.
  mutating func advance(isFinal: Bool = false) {
    guard isFinal || !isStuck else { return }
    while let front = queue.first {
      if let number = front.number {
        if isFinal {
          guard number != last else { return }
          implyRun(before: front)
        } else if number != next || front.integrity == .recovered || mustWait(front.signal, number) {
          return noteWaiting(before: number)
        }
        let item = queue.removeFirst()
        next = number + 1
        if !item.isSpent { deliver(item, at: item.time ?? .zero) }
      } else {
        guard isFinal || isBetweenKnown(front) else { return }
        judge(queue.removeFirst(), at: front.time ?? .zero, isFinal: isFinal)
      }
    }
    if mendedTexts.count > 1024 { mendedTexts = [:] }
  }

  /// Whether nothing is missing beside a signal without a number, and its place is known.
  private mutating func isBetweenKnown(_ item: HeldSignal) -> Bool {
    guard let upper = item.upper else { return false }
    guard ledger.firstMissing >= upper else {
      noteWaiting(before: upper)
      return false
    }
    return !recovered.contains { $0 > item.arrivedAfter && $0 < upper }
  }

  /// Whether a signal that is next must wait all the same: the end, for what the journal knows of the definitions; others
  /// for the STARTRUN of their definition.
  mutating func mustWait(_ signal: ScannedSignal, _ number: Int) -> Bool {
    if let unsureFrom, number >= unsureFrom { return true }
    if signal.kind == .runnerExit { return !runs.isUnknown && !runs.isComplete }
    isStuck = needsRun(signal)
    return isStuck
  }

  /// Whether no definition runs to which a signal could belong. What an install.sh says comes before a STARTRUN, too.
  func needsRun(_ signal: ScannedSignal) -> Bool {
    guard runs.open == nil, runs.next < runs.suites.count, signal.kind == .signal, !signal.isRaise else { return false }
    return !queue.contains { item in
      item.signal.kind == .installFailed
        || runs.reading(item.signal).map { $0.isStart && $0.index == runs.next } ?? false
    }
  }

  private mutating func noteWaiting(before number: Int) {
    let waits = "what follows waits until the board's journal can be asked, when its tests are over"
    if isStuck, notedGap != -runs.next - 1 {
      notedGap = -runs.next - 1
      outputs.append(.log(.warning, "The start of \(runs.suite(runs.next)) was not seen: \(waits)"))
    } else if unsureFrom == number, notedGap != number {
      notedGap = number
      outputs.append(.log(.warning, "A definition seems to have begun before signal \(number): \(waits)"))
    } else if number > next, notedGap != next {
      notedGap = next
      let missing = ledger.missing(through: number - 1)
      let verb = missing.count == 1 && missing[0].count == 1 ? "Signal" : "Signals"
      outputs.append(.log(.warning, "\(verb) \(SignalLedger.text(missing)) did not arrive whole: \(waits)"))
    }
  }

  mutating func deliver(_ item: HeldSignal, at time: Duration) {
    deliver(item.signal, item.integrity, isNumbered: item.number != nil, at: time)
  }

  mutating func deliver(_ signal: ScannedSignal, _ integrity: SignalIntegrity, isNumbered: Bool, at time: Duration) {
    outputs.append(.signal(signal, integrity, at: time))
    let reading = signal.isRunSignal ? runs.reading(signal) : nil
    if let reading { runs.note(reading) }
    if isNumbered || integrity != .unverified || (reading == nil && signal.hasKnownName) {
      tally.count(integrity)
    }
    switch signal.kind {
    case .installFailed: runs.noteFailedInstall()
    case .runnerExit: queue = SignalQueue()
    case .signal, .multinode, .journal: break
    }
  }

  // MARK: Without a right sum

  /// Decides whether a signal without a right sum counts.
  mutating func judge(_ item: HeldSignal, at time: Duration, isFinal: Bool = false) {
    let signal = item.signal
    if let number = original(of: item) {
      outputs.append(.log(.debug, "A torn copy of signal \(number) (\(signal.label)) does not count"))
      return
    }
    switch item.standing {
    case .wrongSum(let number):
      outputs.append(
        .log(.warning, "Signal \(number) (\(signal.label)) does not count as it stands: its sum is wrong")
      )
      let isLost = isFinal && number > item.arrivedAfter && number < item.upper ?? .max && !ledger.contains(number)
      if isLost { tornNumber = number } else { tally.addForged(signal.text) }
      return
    case .torn(let number) where isNumbered:
      tornNumber = number
      return refuse(signal, "it is torn")
    case .torn, .none, .number: break
    }
    if signal.isRunSignal {
      guard let reading = runs.reading(signal) else {
        return runs.isUnknown ? deliver(item, at: time) : refuse(signal, "it is not of a definition of this run")
      }
      guard runs.admits(reading) else { return refuse(signal, "it does not belong here") }
      return deliver(item, at: time)
    }
    if isNumbered, signal.endsTheShell || signal.kind == .installFailed {
      return refuse(signal, "the signals of this run have trailers, and this one has none")
    }
    if isNumbered, signal.looksTorn || (isBesideGap(item) && !(signal.isPlain && signal.isWellFormed)) {
      return refuse(signal, "it is torn")
    }
    if configuration.strictSignals {
      let reason = "it has no readable trailer, and only verified signals count"
      return outputs.append(.log(.error, "Refusing the signal \(signal.label): \(reason)"))
    }
    deliver(item, at: time)
  }

  private mutating func refuse(_ signal: ScannedSignal, _ reason: String) {
    outputs.append(.log(.warning, "The signal \(signal.label) does not count: \(reason)"))
  }

  /// Whether a signal was missing at the place of this one, be it known by now or not.
  private func isBesideGap(_ item: HeldSignal) -> Bool {
    guard let upper = item.upper else { return true }
    return mendedTexts.keys.contains { $0 > item.arrivedAfter && $0 < upper } || ledger.firstMissing < upper
  }

  /// The number of the signal that this is a torn copy of: of one that was missing at its place, and is known by now.
  private func original(of item: HeldSignal) -> Int? {
    guard !mendedTexts.isEmpty else { return nil }
    let residue = Residue(TerminalBytes.withoutReturns(item.signal.bytes), at: 0, .outerFirst).bytes
    return mendedTexts.filter { number, text in
      guard number > item.arrivedAfter, number < item.upper ?? .max else { return false }
      if item.standing == .torn(number) || item.standing == .wrongSum(number) { return true }
      if SimilarText.distance(residue, text, limit: max(2, text.count / 8)) != nil { return true }
      // What the kernel, or a lost byte, cut off.
      let isHead = !item.signal.isPlain || item.signal.looksTorn
      return isHead && residue.count >= 16 && residue.count < text.count
        && SimilarText.begins(text[...], nearly: Array(residue.dropLast()))
    }.keys.min()
  }
}

extension ScannedSignal {
  /// Whether LAVA would take it, as far as its form goes: what is put together of two torn ones is not.
  var isWellFormed: Bool {
    guard isNamed("TESTCASE") else { return true }
    do throws(TestCaseParameters.Invalid) {
      _ = try TestCaseParameters(SignalWords(parameters), fixups: TestShellMachine.defaultFixups)
      return true
    } catch {
      return false
    }
  }

  /// The signal as people may read it.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
