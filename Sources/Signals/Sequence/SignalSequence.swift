// SPDX-License-Identifier: Apache-2.0

/// What stands between the scanner and the test shell: brings the signals of one start of the runner into the order in
/// which the board made them, mends torn ones, and holds back what lies behind a gap until the journal was asked.
///
/// Our helpers number their signals (docs/Signals.md). A signal that did not arrive whole may change what the later ones
/// mean, so these wait, but for what cannot: a call of the group, and the end. run.sh prints STARTRUN and ENDRUN itself,
/// without a number; the host knows what they must say. Where no trailer was seen, all is as LAVA has it.
struct SignalSequence: Sendable {
  enum Output: Sendable {
    /// A signal that counts, in its place.
    case signal(ScannedSignal, SignalIntegrity, at: Duration)
    case log(ShellLogLevel, String)
    /// A definition whose end was not seen did come to it.
    case runEnded(suite: String)
  }

  /// What a console held besides whole signals.
  enum TornEvidence: Comparable {
    case none
    /// Something that began like a signal.
    case torn
    /// Something that began like nothing else does.
    case broken
  }

  /// More than this is not held back: what is missing then is lost. In bytes.
  private static let mostHeld = 128 << 20

  /// A log of another run on `cat` has thousands that nothing can mend.
  private static let mostTries = 64

  let configuration: TestShellMachine.Configuration
  let sum: SignalSum?
  /// In order; the owner takes them away.
  var outputs: [Output] = []
  var ledger = SignalLedger()
  var queue = SignalQueue()
  var journal = BoardJournal()
  var runs: RunOrder
  var tally = SignalTally()
  /// The lowest number that was not delivered.
  var next = 1
  /// The highest number that arrived.
  var lastArrived = 0
  /// The number of the signal that ends the test shell, once it has arrived.
  var last: Int?
  /// What was put together again or read from the journal, for telling the torn copies of it.
  var mendedTexts: [Int: [UInt8]] = [:]
  /// The numbers whose place among what has no number is not known: they are from the journal.
  var recovered: Set<Int> = []
  /// The definition whose STARTRUN arrived last, until its ENDRUN does.
  var arrivedRun: Int?
  /// Definitions whose script was seen to leave by `exit`.
  var exited: Set<Int> = []
  /// The number of the last signal that was torn and that nothing is known of.
  var tornNumber = 0
  /// Whether something since the last number may be torn.
  var isDoubtful = false
  /// How many signals with a wrong sum were tried to be mended since the last number.
  var triedCount = 0
  /// Whether one of these seems to be a STARTRUN or ENDRUN of this run.
  var hasBrokenRun = false
  /// Whether the front waits for a STARTRUN.
  var isStuck = false
  /// The number from which on it is not sure which definition signals belong to.
  var unsureFrom: Int?
  /// The gap that was told of.
  var notedGap: Int?

  init(_ configuration: TestShellMachine.Configuration) {
    self.configuration = configuration
    sum = configuration.nonce.map(SignalSum.init)
    runs = RunOrder(configuration)
  }

  /// Whether a trailer of this run was seen.
  var isNumbered: Bool { ledger.highest > 0 }

  /// Takes a signal that the scanner found.
  ///
  /// - Parameters:
  ///   - torn: what began like a signal since the last one that was taken, and became none.
  ///   - console: the bytes since the last signal that was taken.
  /// - Returns: where the bytes begin that may still be needed; `nil`: where they did.
  mutating func take(
    _ signal: ScannedSignal,
    torn: TornEvidence,
    at now: Duration,
    console: ConsoleView
  ) -> Int? {
    guard let sum else {
      outputs.append(.signal(signal, .unverified, at: now))
      if !signal.isRunSignal { tally.count(.unverified) }
      return signal.endOffset
    }
    if signal.kind == .journal {
      guard let answer = JournalAnswer(signal, sum) else { return nil }
      take(answer, at: now)
      return signal.endOffset
    }
    if let whole = sum.verified(signal), let number = whole.trailer?.number {
      return takeNumbered(whole, number, torn, at: now, console)
    }
    // A signal that lost its end takes the next one with it.
    for inner in signal.innerSignals {
      if let whole = sum.verified(inner), let number = whole.trailer?.number {
        return takeNumbered(whole, number, signal.isRunSignal ? .broken : max(torn, .torn), at: now, console)
      }
    }
    return takeUnnumbered(signal, at: now, console)
  }

  /// Tries to mend what has come since the last signal, because nothing more comes for now: a board may wait for the
  /// answer to a call that was torn.
  ///
  /// - Returns: as ``take(_:torn:at:console:)``.
  mutating func settle(at now: Duration, _ console: ConsoleView.Text) -> Int? {
    defer { advance() }
    return mend(console, gap: lastArrived + 1..<lastArrived + 2, isOpen: true, at: now)
  }

  /// Takes what the journal says.
  mutating func take(_ answer: JournalAnswer, at now: Duration) {
    journal.take(answer)
    guard case .signal(let number) = answer.key, number >= next, number <= last ?? .max, !ledger.contains(number),
      let signal = ScannedSignal(text: answer.text)
    else { return }
    // In its place when all is there: only the marks tell where definitions begin and end beside it.
    accept(signal, number, .recovered, at: nil)
  }

  // MARK: Numbered

  private mutating func takeNumbered(
    _ signal: ScannedSignal,
    _ number: Int,
    _ torn: TornEvidence,
    at now: Duration,
    _ console: ConsoleView
  ) -> Int? {
    guard number >= next, number <= last ?? .max, !ledger.contains(number) else {
      let reason =
        number > last ?? .max ? "came behind the end and does not count" : "was seen before and does not count twice"
      outputs.append(.log(.debug, "Signal \(number) (\(signal.label)) \(reason)"))
      return nil
    }
    if signal.kind == .runnerExit { noteExitTrace(console.text(upTo: signal.offset)) }
    hasBrokenRun = hasBrokenRun || torn == .broken
    if torn != .none || isDoubtful || number > lastArrived + 1 {
      if mend(console.text(upTo: signal.offset), gap: min(lastArrived + 1, number)..<number, at: now) != nil {
        hasBrokenRun = false
      }
    }
    if unsureFrom == nil, let arrivedRun, runs.hasLater(than: arrivedRun),
      hasBrokenRun || console.withText(upTo: signal.offset, { runs.mentionsLater(than: arrivedRun, in: $0) })
    {
      unsureFrom = number
    }
    (isDoubtful, hasBrokenRun, triedCount) = (false, false, 0)
    if signal.kind == .signal, !signal.isRaise, queue.isEmpty, number == next, !mustWait(signal, number) {
      // As nearly all are: in order, and nothing waits.
      _ = ledger.insert(number)
      (lastArrived, next) = (number, number + 1)
      deliver(signal, .verified, isNumbered: true, at: now)
    } else {
      accept(signal, number, .verified, at: now)
      advance()
    }
    return signal.endOffset
  }

  /// Gives a signal its place in the order.
  ///
  /// - Parameter now: `nil` for what the journal said.
  func held(_ signal: ScannedSignal, _ number: Int, _ integrity: SignalIntegrity, at now: Duration?) -> HeldSignal {
    HeldSignal(
      signal: signal,
      standing: .number(number),
      integrity: integrity,
      time: now,
      after: number,
      offset: -1,
      arrivedAfter: number
    )
  }

  mutating func accept(_ signal: ScannedSignal, _ number: Int, _ integrity: SignalIntegrity, at now: Duration?) {
    _ = ledger.insert(number)
    if now != nil { queue.note(number, at: signal.offset) }
    lastArrived = max(lastArrived, number)
    if integrity != .verified { mendedTexts[number] = signal.bytes }
    if integrity == .recovered { recovered.insert(number) }
    if signal.endsTheShell { last = min(last ?? number, number) }
    if signal.kind == .installFailed { isStuck = false }
    var item = held(signal, number, integrity, at: now)
    let isCall = signal.kind == .multinode && configuration.isMultinode && now != nil
    // What the journal says of a call comes too late for an answer.
    item.isSpent = signal.kind == .multinode && !isCall
    queue.insert(item)
    if isCall { advance() }
    // The board waits for the answer, whatever is missing before.
    if isCall, let call = queue.spend(number), let now { deliver(call, at: now) }
    guard queue.byteCount > Self.mostHeld else { return }
    outputs.append(.log(.error, "Too much waits for the signals that are missing: they are given up"))
    advance(isFinal: true)
  }

  // MARK: Without a right sum

  private mutating func takeUnnumbered(
    _ signal: ScannedSignal,
    at now: Duration,
    _ console: ConsoleView
  ) -> Int? {
    if signal.kind == .multinode, !configuration.isMultinode {
      guard signal.trailer == nil, let inner = signal.innerSignals.last else { return nil }
      return takeUnnumbered(inner, at: now, console)
    }
    if signal.trailer == nil, !configuration.lavaVerdicts, console.isTraced(at: signal.offset) {
      outputs.append(.log(.debug, "\(signal.label) in the trace of the shell does not count"))
      return nil
    }
    let standing = Self.standing(of: signal)
    var end: Int?
    if case .wrongSum(let number) = standing, number >= next, !ledger.contains(number), triedCount < Self.mostTries {
      triedCount += 1
      end = mend(console.text(upTo: signal.endOffset), gap: number..<number + 1, at: now)
      if let end, end > signal.offset {
        advance()
        return max(end, signal.endOffset)
      }
    }
    let run = signal.innerSignals.first { runs.reading($0) != nil } ?? signal
    let reading = runs.reading(run)
    let item = HeldSignal(
      signal: run,
      standing: standing,
      integrity: .unverified,
      time: now,
      after: lastArrived,
      offset: run.offset,
      arrivedAfter: lastArrived
    )
    if let reading {
      if reading.isStart, arrivedRun != nil { noteExitTrace(console.text(upTo: signal.offset)) }
      noteArrival(reading)
    }
    if isUrgent(item, reading) {
      judge(item, at: now)
    } else {
      let isBrokenRun = reading == nil && signal.seemsRunSignal && !runs.isOfAnotherJob(signal)
      isDoubtful = isDoubtful || !signal.isPlain || signal.looksTorn || isBrokenRun
      hasBrokenRun = hasBrokenRun || isBrokenRun
      queue.insert(item)
    }
    return end
  }

  mutating func noteArrival(_ run: RunOrder.RunSignal) {
    runs.learn(run)
    arrivedRun = run.isStart ? run.index : nil
    isStuck = false
  }

  private static func standing(of signal: ScannedSignal) -> HeldSignal.Standing {
    guard let trailer = signal.trailer else { return .none }
    return trailer.sum == nil ? .torn(trailer.number) : .wrongSum(trailer.number)
  }

  /// Whether a signal without a number counts at once: nothing before it is missing as far as one can know, and either
  /// this run has no trailers, or it must not wait.
  private func isUrgent(_ item: HeldSignal, _ run: RunOrder.RunSignal?) -> Bool {
    guard queue.isEmpty, next == lastArrived + 1, item.standing == .none, item.signal.isPlain, !item.signal.looksTorn
    else { return false }
    // Of a log on `cat`, or the runner's: what comes behind it tells.
    if item.signal.kind == .runnerExit { return false }
    return !isNumbered || item.signal.kind == .multinode || run.map { runs.hasPattern($0.index) } ?? false
  }

  /// Notes that the script of the definition that runs was left by `exit`: its trace says so.
  mutating func noteExitTrace(_ console: ConsoleView.Text) {
    guard let arrivedRun else { return }
    let lines = console.bytes.split(separator: UInt8(ascii: "\n"))
    let trace = ["+ exit", "+ exit 0"].map { Array($0.utf8) }
    let isLeft = lines.contains { line in
      trace.contains { line.elementsEqual($0) || line.elementsEqual($0 + [UInt8(ascii: "\r")]) }
    }
    if isLeft { exited.insert(arrivedRun) }
  }
}

extension ScannedSignal {
  /// What people call the signal: `TESTCASE`, `LAVA_SEND`, `EXIT`.
  var label: String {
    switch kind {
    case .signal: name
    case .multinode: "LAVA_\(name)"
    case .runnerExit: "EXIT"
    case .installFailed: "INSTALL_FAIL"
    case .journal: "LAVA_JOURNAL"
    }
  }

  /// The names of signals that mean something.
  private static let names = [
    "STARTRUN", "ENDRUN", "STARTTC", "ENDTC", "TESTCASE", "TESTSET", "TESTREFERENCE", "TESTRAISE", "TESTFEEDBACK",
    "TESTEVENT", "TESTFILE",
  ].map { Array($0.utf8) }

  var hasKnownName: Bool { kind != .signal || Self.names.contains { nameBytes.elementsEqual($0) } }

  /// Whether it is a STARTRUN or ENDRUN, or one whose name was torn.
  var seemsRunSignal: Bool {
    guard kind == .signal, !isRunSignal else { return kind == .signal }
    return !hasKnownName && Self.names[..<2].contains { SimilarText.distance(nameBytes, $0, limit: 2) != nil }
  }

  /// Whether nothing counts behind it.
  var endsTheShell: Bool { kind == .runnerExit || isRaise }

  var isRaise: Bool { isNamed("TESTRAISE") }

  /// Whether another signal, or a line of the kernel, seems to have come into it.
  var looksTorn: Bool {
    let head = kind == .multinode ? "<LAVA_MULTI_NODE> <".utf8.count : 1
    return bytes.withUnsafeBytes { bytes in
      let inner = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(head))
      return inner.contains(Residue.ours) || KernelTime.isPrinted(in: bytes)
    }
  }
}
