// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Patterns
import Signals

/// A ``TestShellStream`` whose definitions may have `parse` patterns: between STARTRUN and ENDRUN of such a definition
/// its pattern is searched for beside the signals (spec signals §1, §7).
///
/// What begins first wins, and what has been matched is gone for the other: a signal in which a match ends that began
/// before it is no signal, and a match cannot begin before the end of the signal before. A match counts once no further
/// byte could change it; a signal that has come whole, and the end of the output, decide what is open. So results do
/// not depend on how the bytes were cut, and a record gives what the board gave.
struct PatternedStream: Sendable {
  /// The search for the pattern of the definition that runs.
  private struct Search {
    let pattern: ParsePattern
    var matcher = StreamMatcher()
  }

  /// What the signals come to.
  private(set) var shell: TestShellStream
  /// Why a search was given up.
  private(set) var failure: Failure?
  /// By suite.
  private let patterns: [String: ParsePattern]
  private var search: Search?
  private var scanner = SignalScanner()
  /// What has not been given to the shell, from `given` on.
  private var bytes: [UInt8] = []
  private var given = 0
  /// How far the scanner has read in `bytes`.
  private var scanned = 0

  /// - Parameter patterns: by suite.
  init(_ shell: TestShellStream, patterns: [String: ParsePattern]) {
    self.shell = shell
    self.patterns = patterns
  }

  /// Whether the test shell is over.
  var isOver: Bool { shell.isOver }

  /// Whether a whole signal is held back because its trailer may still follow: then call ``flush(at:_:)`` when the
  /// console has been silent for a while.
  var isWaiting: Bool { scanner.isWaiting || shell.isWaiting }

  /// See ``TestShellStream/isEnded``.
  var isEnded: Bool { shell.isEnded }

  /// See ``TestShellStream/mayBeOver``.
  var mayBeOver: Bool { shell.mayBeOver }

  /// See ``TestShellStream/hasPlainExit``.
  var hasPlainExit: Bool { shell.hasPlainExit }

  /// See ``TestShellStream/isAborted``.
  var isAborted: Bool { shell.isAborted }

  /// What the journal of the board is to be asked.
  var question: JournalQuestion { shell.question }

  /// How many lines the journal has answered so far.
  var answerCount: Int { shell.answerCount }

  /// How often it has come to the end of an answer.
  var wholeAnswerCount: Int { shell.wholeAnswerCount }

  /// Takes bytes that the board printed.
  ///
  /// - Returns: how many were read: all of them, or those up to what ended the test shell.
  mutating func feed(_ piece: UnsafeRawBufferPointer, at now: Duration, _ emit: (ShellEffect) -> Void) -> Int {
    guard !patterns.isEmpty else { return shell.feed(piece, at: now, emit) }
    bytes += piece
    read(at: now, emit)
    let rest = bytes.count - given
    bytes.removeSubrange(..<given)
    scanned -= given
    given = 0
    return isOver ? max(0, piece.count - rest) : piece.count
  }

  /// Takes the signal that is held back as it is, without its trailer.
  mutating func flush(at now: Duration, _ emit: (ShellEffect) -> Void) {
    if let signal = scanner.flush() { take(signal, at: now, emit) }
    shell.flush(at: now, emit)
    if !isOver { read(at: now, emit) }
  }

  /// Takes the end of the board's output.
  mutating func end(_ reason: TestShellMachine.EndReason, at now: Duration, _ emit: (ShellEffect) -> Void) {
    if let signal = scanner.finish() { take(signal, at: now, emit) }
    if !isOver {
      read(at: now, emit)
      take(textTo: bytes.count, isSettled: true, at: now, emit)
    }
    shell.end(reason, at: now, emit)
  }

  /// Reports the cases that the job expects of definitions that did not end: once, after the job.
  mutating func reportMissingCases(_ emit: (ShellEffect) -> Void) { shell.reportMissingCases(emit) }

  // MARK: Signals

  private mutating func read(at now: Duration, _ emit: (ShellEffect) -> Void) {
    while !isOver {
      // Its offsets count from `bytes` as it is now.
      let origin = scanner.offset - scanned
      let all = bytes
      let signal = all.withUnsafeBytes { scanner.next(in: $0, from: &scanned) }
      guard let signal else {
        return take(textTo: scanner.openOffset.map { $0 - origin } ?? bytes.count, isSettled: false, at: now, emit)
      }
      take(signal, at: now, emit)
    }
  }

  private mutating func take(_ signal: ScannedSignal, at now: Duration, _ emit: (ShellEffect) -> Void) {
    let origin = scanner.offset - scanned
    let start = signal.offset - origin
    let end = signal.endOffset - origin
    let text = given
    give(to: start, at: now, emit)
    guard !isOver else { return }
    let isSwallowed = match(from: text, upTo: start + signal.bytes.count, before: start, isSettled: true, at: now, emit)
    guard !isSwallowed, !isOver else { return }
    give(to: end, at: now, emit)
    search = pattern(after: signal).map { Search(pattern: $0) }
  }

  /// The pattern that is searched for behind a signal. A definition without one leaves that of the one before, as LAVA
  /// does.
  private func pattern(after signal: ScannedSignal) -> ParsePattern? {
    switch (signal.kind, signal.name) {
    case (.runnerExit, _), (.signal, "ENDRUN"): return nil
    case (.signal, "STARTRUN"):
      let suite = String(decoding: signal.parameters, as: UTF8.self).split(whereSeparator: \.isWhitespace).first
      return suite.flatMap { patterns[String($0)] } ?? search?.pattern
    default: return search?.pattern
    }
  }

  /// Lets the shell read up to a place in `bytes`, or to where it is over.
  private mutating func give(to end: Int, at now: Duration, _ emit: (ShellEffect) -> Void) {
    let text = bytes[given..<end]
    given += text.withUnsafeBytes { shell.feed($0, at: now, emit) }
  }

  // MARK: Text

  /// Takes bytes before which no signal begins.
  private mutating func take(
    textTo end: Int,
    isSettled: Bool,
    at now: Duration,
    _ emit: (ShellEffect) -> Void
  ) {
    let text = given
    give(to: end, at: now, emit)
    if !isOver { _ = match(from: text, upTo: end, before: end, isSettled: isSettled, at: now, emit) }
  }

  /// Feeds the shell with the matches that begin before a place.
  ///
  /// - Parameters:
  ///   - text: where in `bytes` that begins which the matcher has not read.
  ///   - limit: how far matches may look.
  ///   - start: the begin of a signal that goes to the limit, or the limit.
  /// - Returns: whether the last of them reaches into that signal, which then is none.
  private mutating func match(
    from text: Int,
    upTo limit: Int,
    before start: Int,
    isSettled: Bool,
    at now: Duration,
    _ emit: (ShellEffect) -> Void
  ) -> Bool {
    guard search != nil else { return false }
    search?.matcher.append(Array(bytes[text..<limit]))
    while !isOver, let match = nextMatch(isSettled: isSettled, at: now, emit) {
      let end = limit - (search?.matcher.unreadCount ?? 0)
      guard end - match.bytes.count < start else { return false }
      shell.feed(match: ParsePatternMatch(match), at: now, emit)
      // What ended the test shell is the last of it that was read.
      if isOver { given = max(text, end) }
      guard end > start else { continue }
      given = end
      scanned = end
      scanner = SignalScanner()
      search?.matcher = StreamMatcher()
      return true
    }
    return false
  }

  private mutating func nextMatch(
    isSettled: Bool,
    at now: Duration,
    _ emit: (ShellEffect) -> Void
  ) -> PatternMatch? {
    guard let pattern = search?.pattern else { return nil }
    do throws(PatternError) {
      guard case .match(let match)? = try search?.matcher.next(pattern.set, settled: isSettled) else { return nil }
      if !match.bytes.isEmpty { return match }
      failure = pattern.emptyMatchFailure
    } catch {
      failure = pattern.failure(error)
    }
    // What is open is closed as failed.
    shell.end(.canceled, at: now, emit)
    return nil
  }
}
