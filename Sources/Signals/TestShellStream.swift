// SPDX-License-Identifier: Apache-2.0

/// ``SignalScanner`` and ``TestShellMachine`` joined: bytes of a console in, effects out.
///
/// The same bytes give the same effects however they are cut, but for the times that the caller says.
package struct TestShellStream: Sendable {
  package private(set) var machine: TestShellMachine
  private var scanner = SignalScanner()

  package init(_ configuration: TestShellMachine.Configuration) {
    machine = TestShellMachine(configuration)
  }

  /// Whether the test shell is over.
  package var isOver: Bool { machine.isOver }

  /// Whether a whole signal is held back because its trailer may still follow: then call ``flush(at:_:)`` when the
  /// console has been silent for a while.
  package var isWaiting: Bool { scanner.isWaiting }

  /// Takes bytes that the board printed.
  /// - Returns: how many were read: all of them, or those up to the end of the signal that ended the test shell.
  package mutating func feed(
    _ bytes: UnsafeRawBufferPointer,
    at now: Duration,
    _ emit: (ShellEffect) -> Void
  ) -> Int {
    var position = 0
    while !machine.isOver, let signal = scanner.next(in: bytes, from: &position) {
      machine.feed(signal, at: now, emit)
    }
    return position
  }

  /// Takes a match of the current `parse` pattern.
  package mutating func feed(match: ParsePatternMatch, at now: Duration, _ emit: (ShellEffect) -> Void) {
    machine.feed(match: match, at: now, emit)
  }

  /// Takes the signal that is held back as it is, without its trailer.
  package mutating func flush(at now: Duration, _ emit: (ShellEffect) -> Void) {
    if let signal = scanner.flush() { machine.feed(signal, at: now, emit) }
  }

  /// Takes the end of the board's output.
  package mutating func end(
    _ reason: TestShellMachine.EndReason,
    at now: Duration,
    _ emit: (ShellEffect) -> Void
  ) {
    if let signal = scanner.finish() { machine.feed(signal, at: now, emit) }
    machine.end(reason, at: now, emit)
  }

  /// Reports the cases that the job expects of definitions that did not end: once, after the job.
  package mutating func reportMissingCases(_ emit: (ShellEffect) -> Void) {
    machine.reportMissingCases(emit)
  }
}
