// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import JobModel
import Multinode
import Patterns
import Pipeline
import Signals

/// The script of one interactive session, on its console (spec signals §11).
struct InteractiveScript {
  /// What came of a command.
  private enum Outcome {
    case passed
    case failed
    /// The action ends.
    case exception(Failure)
  }

  private let session: InteractiveSession
  private let suite: String
  private let board: BoardSession
  private let context: JobContext
  private let prompts: PlacedPatterns
  private var substitutions = Substitutions()

  /// - Parameter suite: `<stage>_<name>`.
  init(_ session: InteractiveSession, suite: String, board: BoardSession, context: JobContext) throws(Failure) {
    self.session = session
    self.suite = suite
    self.board = board
    self.context = context
    prompts = try PlacedPatterns(session.prompts, of: context.job)
    substitutions["SERVER_IP"] = try context.dispatcherIP()
    substitutions["JOB_ID"] = context.settings.jobID
  }

  /// Takes the steps one after the other.
  ///
  /// - Throws: a test failure at a command without a name that fails; what a failure of the script calls for.
  mutating func play(_ run: ActionRun) async throws(Failure) {
    try await board.interrupt()
    if board.owesPrompt { try await awaitPrompt(run) }
    for step in session.script {
      switch step.action {
      case .command(let command): try await perform(command, run)
      case .delay(let time): try await pause(time, run)
      case .send(let message, let data):
        try await call(
          MultinodeCall(name: "SEND", arguments: [message] + data.map { "\($0.key)=\($0.value)" }),
          step,
          run
        )
      case .wait(let message): try await call(MultinodeCall(name: "WAIT", arguments: [message]), step, run)
      case .waitAll(let message, let role):
        try await call(MultinodeCall(name: "WAIT_ALL", arguments: [message] + [role].compactMap(\.self)), step, run)
      case .sync(let message): try await call(MultinodeCall(name: "SYNC", arguments: [message]), step, run)
      }
    }
  }

  /// Waits for the prompt that the command of an earlier test has left; it is no answer to what is typed here.
  private func awaitPrompt(_ run: ActionRun) async throws(Failure) {
    let board = board
    _ = try await run.withTimeout(run.connectionTimeout) { () async throws(Failure) in
      try await board.wait(for: board.prompts)
    }
    board.promptCame()
  }

  private func pause(_ time: Duration, _ run: ActionRun) async throws(Failure) {
    run.log(.info, "Waiting for \(time.secondsText) seconds")
    do throws(CancellationError) {
      try await run.clock.sleep(for: time)
    } catch {
      throw Failure(.canceled, "delay-canceled", "the delay was canceled")
    }
  }
}

// MARK: - Commands

extension InteractiveScript {
  private mutating func perform(_ command: InteractiveCommand, _ run: ActionRun) async throws(Failure) {
    let start = run.clock.now
    let line = command.line.map { substitutions.apply(to: $0) }
    if let line {
      try await board.type(line)
      if session.discardsEcho { try await board.wait(for: [#"\n"#]) }
    }
    let outcome = try await outcome(of: command, run)
    if let name = command.name {
      var record = ResultRecord(.command, definition: suite, case: name, result: .fail)
      if case .passed = outcome { record.result = .pass }
      record.duration = run.clock.now - start
      context.events.emit(.result(record))
    }
    switch outcome {
    case .exception(let failure): throw failure
    case .failed where command.name == nil:
      throw Failure(
        .test,
        "command-failed",
        "Failed to run command '\(line ?? "None")'",
        advice: "Give the command a 'name' where its failure is a result and no end of the test."
      )
    case .failed, .passed: return
    }
  }

  /// Compares what comes with what is expected, for as long as the action has time.
  private mutating func outcome(of command: InteractiveCommand, _ run: ActionRun) async throws(Failure) -> Outcome {
    let failures = command.failures
    let patterns = try PlacedPatterns(
      session.prompts + failures.map(\.message) + command.successes,
      of: context.job
    )
    let match = try await board.expect(patterns)
    let text = patterns.set.patterns[match.index].source
    switch match.index - session.prompts.count {
    case ..<0:
      guard !command.successes.isEmpty else {
        run.log(.info, "Matched a prompt: '\(text)'")
        return .passed
      }
      run.log(.error, "Matched a prompt (was expecting a success): '\(text)'")
      return .failed
    case let index where index < failures.count:
      run.log(.error, "Matched a failure: '\(text)'")
      let failure = failures[index]
      if let exception = failure.exception {
        return .exception(Failure(.init(exception), "interactive", failure.error ?? text))
      }
      if command.name != nil, command.waitsForPrompt { try await reachPrompt(run) }
      return .failed
    default:
      run.log(.info, "Matched a success: '\(text)'")
      for name in match.names.keys.sorted() { substitutions[name] = match.text(of: name) }
      if command.waitsForPrompt, !session.prompts.isEmpty { _ = try await board.expect(prompts) }
      return .passed
    }
  }

  /// Passes over the prompt that follows a failure, so that the next command does not take it for its own; LAVA leaves
  /// it there. A board that has lost its prompt is waited for as long as the connection timeout.
  private func reachPrompt(_ run: ActionRun) async throws(Failure) {
    guard context.settings.rules != .lava, !session.prompts.isEmpty else { return }
    let (board, prompts) = (board, prompts)
    let missing = Failure(.timeout, "no-prompt", "")
    do throws(Failure) {
      _ = try await run.withTimeout(run.connectionTimeout, missing) { () async throws(Failure) in
        try await board.expect(prompts)
      }
    } catch {
      guard error.code == missing.code else { throw error }
      run.log(.warning, "No prompt came after the failure; going on without one")
    }
  }
}

// MARK: - Calls

extension InteractiveScript {
  private mutating func call(_ call: MultinodeCall, _ step: InteractiveStep, _ run: ActionRun) async throws(Failure) {
    context.events.log(.info, "Calling the group: \(call.name) \(call.arguments.joined(separator: " "))")
    let place = context.job.place(of: step.node)
    let reply: GroupReply
    do throws(Failure) {
      reply = try await context.callGroup(call, run)
    } catch {
      throw error.place == nil ? error.at(place) : error
    }
    switch reply {
    case .acknowledged: return
    case .messages(let messages):
      for pair in messages.flatMap(\.data) { substitutions[pair.key] = pair.value }
    case .refused:
      throw Failure(.test, "call-refused", "Coordinator was unable to accept LAVA_\(call.name)", place: place)
    }
  }
}

extension Failure.Kind {
  /// LAVA's class of error that a script names.
  fileprivate init(_ exception: InteractiveCommand.Exception) {
    self =
      switch exception {
      case .infrastructure: .infrastructure
      case .job: .job
      case .test: .test
      }
  }
}
