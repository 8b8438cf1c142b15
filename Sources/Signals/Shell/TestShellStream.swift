// SPDX-License-Identifier: Apache-2.0

/// ``SignalScanner``, ``SignalSequence`` and ``TestShellMachine`` joined: bytes of a console in, effects out.
///
/// The same bytes give the same effects however they are cut, but for the times that the caller says.
package struct TestShellStream: Sendable {
  package private(set) var machine: TestShellMachine
  private var scanner = SignalScanner()
  private var sequence: SignalSequence
  /// Matches of a `parse` pattern that wait for signals before them, with where they were found at the latest.
  private var matches: [(match: ParsePatternMatch, offset: Int, time: Duration)] = []
  private var tail = ConsoleTail()
  /// What the scanner had seen of torn signals at the last one that was taken.
  private var tornCount = 0
  private var brokenCount = 0
  /// Whether something has come since the console was last silent.
  private var hasNews = false

  package init(_ configuration: TestShellMachine.Configuration) {
    machine = TestShellMachine(configuration)
    sequence = SignalSequence(configuration)
  }

  /// Whether the test shell is over.
  package var isOver: Bool { machine.isOver }

  /// Whether something is held back that the next bytes may change: then call ``flush(at:_:)`` when the console has been
  /// silent for a while.
  package var isWaiting: Bool { scanner.isWaiting || (hasNews && isTorn) }

  /// Whether the runner has said its end, or its journal has; then ``question`` is what is missing. When nothing is, the
  /// test shell is over.
  package var isEnded: Bool { sequence.isEnded }

  /// Whether an EXIT has come that may be one of a log on `cat`: the prompt of the shell tells.
  package var mayBeOver: Bool { !machine.isOver && sequence.holdsExit }

  /// Whether an EXIT without a trailer has come where signals have trailers: the board may have lost its journal.
  package var hasPlainExit: Bool { sequence.hasPlainExit }

  /// Whether the runner still runs although nothing more of it counts.
  package var isAborted: Bool { sequence.isAborted }

  /// What the journal of the board is to be asked.
  package var question: JournalQuestion { sequence.question }

  /// How many lines the journal has answered so far.
  package var answerCount: Int { sequence.journal.answerCount }

  /// How often it has come to the end of an answer.
  package var wholeAnswerCount: Int { sequence.journal.wholeAnswerCount }

  /// Takes bytes that the board printed.
  /// - Returns: how many were read: all of them, or those up to the end of the signal that ended the test shell.
  package mutating func feed(
    _ bytes: UnsafeRawBufferPointer,
    at now: Duration,
    _ emit: (ShellEffect) -> Void
  ) -> Int {
    var position = 0
    let base = scanner.offset
    hasNews = hasNews || !bytes.isEmpty
    while !machine.isOver, let signal = scanner.next(in: bytes, from: &position) {
      take(signal, bytes, at: base, now, emit)
    }
    tail.append(UnsafeRawBufferPointer(rebasing: bytes[..<position]), at: base)
    return position
  }

  /// Takes a match of the current `parse` pattern in the bytes that were fed last. It counts behind the signals that came
  /// before it, so it waits while these do.
  package mutating func feed(match: ParsePatternMatch, at now: Duration, _ emit: (ShellEffect) -> Void) {
    matches.append((match, scanner.offset, now))
    if sequence.queue.isEmpty { feedMatches(emit) }
  }

  /// Feeds the machine with the matches that were found before a place.
  private mutating func feedMatches(before offset: Int = .max, _ emit: (ShellEffect) -> Void) {
    while let next = matches.first, next.offset <= offset {
      matches.removeFirst()
      machine.feed(match: next.match, at: next.time, emit)
    }
  }

  /// Takes what is held back as it is, because the console is silent: a signal without its trailer, and what of a torn
  /// one can be mended.
  package mutating func flush(at now: Duration, _ emit: (ShellEffect) -> Void) {
    hasNews = false
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    if let signal = scanner.flush() { take(signal, nothing, at: scanner.offset, now, emit) }
    guard !machine.isOver, isTorn else { return }
    let rest = ConsoleView(tail: tail, piece: nothing, base: scanner.offset).text(upTo: scanner.offset)
    if let place = sequence.settle(at: now, rest) {
      tail.begin(at: place)
    }
    deliver(at: now, emit)
  }

  /// Takes the end of the board's output: delivers what is held with what is known.
  package mutating func end(
    _ reason: TestShellMachine.EndReason,
    at now: Duration,
    _ emit: (ShellEffect) -> Void
  ) {
    guard !machine.isOver else { return }
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    if let signal = scanner.finish() { take(signal, nothing, at: scanner.offset, now, emit) }
    guard !machine.isOver else { return }
    let isAnswered = wholeAnswerCount > 0
    let rest = ConsoleView(tail: tail, piece: nothing, base: scanner.offset).text(upTo: scanner.offset)
    sequence.finish(at: now, rest)
    drain(emit)
    feedMatches(emit)
    guard !machine.isOver else { return }
    let tally = sequence.tally
    if reason == .timeout || reason == .canceled { emit(.signals(tally)) }
    // Who has asked the journal knows that the runner is done.
    machine.end(isAnswered && reason == .endOfStream ? .prompt : reason, at: now) { effect in
      if effect.isEnd { emit(.signals(tally)) }
      emit(effect)
    }
  }

  /// Reports the cases that the job expects of definitions that did not end: once, after the job.
  package mutating func reportMissingCases(_ emit: (ShellEffect) -> Void) {
    machine.reportMissingCases(emit)
  }

  /// Whether something that came since the last signal may be a torn one.
  private var isTorn: Bool { scanner.isInsideSignal || scanner.tornCount > tornCount || sequence.isDoubtful }

  private mutating func take(
    _ signal: ScannedSignal,
    _ bytes: UnsafeRawBufferPointer,
    at base: Int,
    _ now: Duration,
    _ emit: (ShellEffect) -> Void
  ) {
    // Not a copy: both would be kept when it is changed.
    var tail = ConsoleTail()
    swap(&tail, &self.tail)
    var torn = SignalSequence.TornEvidence.none
    if scanner.tornCount > tornCount { torn = scanner.brokenCount > brokenCount ? .broken : .torn }
    let console = ConsoleView(tail: tail, piece: bytes, base: base)
    let place = sequence.take(signal, torn: torn, at: now, console: console)
    if let place {
      tail.begin(at: place)
      (tornCount, brokenCount) = (scanner.tornCount, scanner.brokenCount)
    }
    swap(&tail, &self.tail)
    deliver(at: now, emit)
  }

  /// Does what the sequence says, and ends when nothing is missing any more.
  private mutating func deliver(at now: Duration, _ emit: (ShellEffect) -> Void) {
    drain(emit)
    if !machine.isOver, sequence.isEnded, sequence.question.isEmpty { end(.prompt, at: now, emit) }
  }

  private mutating func drain(_ emit: (ShellEffect) -> Void) {
    machine.setsRunsAside = sequence.isNumbered
    for output in sequence.outputs {
      switch output {
      case .signal(let signal, let integrity, let time):
        feedMatches(before: signal.offset, emit)
        machine.feed(signal, integrity, at: time) { effect in
          if effect.isEnd { emit(.signals(sequence.tally)) }
          emit(effect)
        }
      case .log(let level, let text): emit(.log(level, text))
      case .runEnded(let suite): machine.endRunAside(suite)
      }
    }
    sequence.outputs.removeAll(keepingCapacity: true)
    if sequence.queue.isEmpty { feedMatches(emit) }
  }
}

extension ShellEffect {
  /// Whether nothing comes behind it; how the signals came is said before.
  fileprivate var isEnd: Bool {
    switch self {
    case .finished, .failed: true
    default: false
    }
  }
}
