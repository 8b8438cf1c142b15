// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import KernelMessages
import Patterns
import Pipeline
import YAMLDocument

/// The console while somebody logs in: what the kernel reports of its troubles is noticed there (spec signals §13).
struct LoginConsole {
  let session: BoardSession
  private let run: ActionRun
  private let ignoresKernelMessages: Bool
  private let start: Duration
  private var messages: [KernelMessage] = []

  /// How long a board may be silent after the begin of a panic whose end does not come, before it counts as gone: some
  /// kernels print none.
  private static let panicSilence = Duration.seconds(10)

  init(session: BoardSession, run: ActionRun, ignoresKernelMessages: Bool) {
    self.session = session
    self.run = run
    self.ignoresKernelMessages = ignoresKernelMessages
    start = run.clock.now
  }

  // MARK: Waiting

  /// Waits for the first of some patterns, and goes on past what the kernel reports.
  ///
  /// - Throws: a job failure with the kernel's words when the kernel, or the board, is gone.
  mutating func wait(for watched: WatchedPatterns) async throws(Failure) -> WatchedPatterns.Kind {
    guard !ignoresKernelMessages else {
      return watched.kind(at: try await session.wait(for: watched.patterns, forcingPromptIn: run))
    }
    var forcing = PromptForcing(run, watched.patterns)
    var parser = try BoardSession.compiled { () throws(PatternError) in
      try KernelMessageParser(others: watched.patterns)
    }
    while true {
      switch try await step(&parser, &forcing) {
      case .open: break
      case .message(let message): try take(message)
      case .other(let index, let unended):
        if unended != nil { run.log(.warning, "Unable to match end of the kernel message") }
        if let unended, unended.kind.isFatal { throw gone(unended) }
        return watched.kind(at: index)
      }
    }
  }

  /// Waits for the next match of what the parser looks for.
  private mutating func step(
    _ parser: inout KernelMessageParser,
    _ forcing: inout PromptForcing
  ) async throws(Failure) -> KernelMessageParser.Step {
    let isPanic = parser.openKind == .panic
    do throws(Failure) {
      let silence = isPanic ? Self.panicSilence : nil
      if let match = try await session.match(parser.patterns, &forcing, silence: silence) { return parser.take(match) }
    } catch {
      // A machine that is told to reboot when it panics, and to end when it reboots, prints no end.
      guard isPanic, error.kind == .connectionClosed else { throw error }
    }
    throw gone(parser.giveUp())
  }

  private mutating func take(_ message: KernelMessage) throws(Failure) {
    messages.append(message)
    _ = session.isNews(message)
    run.log(message.kind.isFatal ? .error : .warning, "\(run.name): kernel '\(message.kind.rawValue)'")
    guard message.kind.isFatal else { return }
    throw Failure(.job, "kernel-\(message.kind == .panic ? "panic" : "reset")", message.text)
  }

  /// A panic without an end, in LAVA's words; the kernel's own are the cause.
  private mutating func gone(_ unended: KernelMessage?) -> Failure {
    let rest = session.console.unreadLines.first ?? ""
    let line = (unended?.text ?? "") + rest
    messages.append(KernelMessage(.panic, line))
    run.log(.error, "\(run.name): kernel 'panic'")
    return Failure(.job, "kernel-panic", "Kernel panic - not syncing", cause: line)
  }

  // MARK: Results

  /// Reports what was found, as a result of its own and in the action's: at the end of the login, or at a failure that has to
  /// do with it.
  func report(_ failure: Failure?) {
    guard !ignoresKernelMessages else { return }
    let isTold = failure.map { $0.code.hasPrefix("kernel-") || $0.code == "failure-message" } ?? true
    guard isTold || !messages.isEmpty else { return }
    let list = YAMLValue.kernelMessages(messages)
    var record = ResultRecord(.action, case: "kernel-messages", result: failure == nil ? .pass : .fail)
    record.namespace = run.namespace
    record.level = run.level
    record.duration = run.clock.now - start
    record.extra = [YAMLValue.Pair("extra", list)]
    run.events.emit(.result(record))
    if messages.isEmpty {
      run.record("success", "No kernel warnings or errors detected.")
    } else {
      run.record("extra", list)
    }
  }
}
