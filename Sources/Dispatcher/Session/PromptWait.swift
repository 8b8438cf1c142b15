// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Patterns
import Pipeline

// Waiting for what a board prints.
extension BoardSession {
  /// Waits for the first of some patterns.
  ///
  /// - Returns: the index of the pattern.
  @discardableResult
  func wait(for patterns: [String]) async throws(Failure) -> Int {
    let set = try Self.set(patterns)
    do throws(Failure) {
      return try await console.expect(set).index
    } catch {
      throw reason(of: error)
    }
  }

  /// Compiles regular expressions of the job.
  private static func set(_ patterns: [String]) throws(Failure) -> PatternSet {
    try compiled { () throws(PatternError) in try PatternSet(patterns) }
  }

  /// What is made of regular expressions of the job; a wrong one is the job's failure.
  static func compiled<Value>(_ make: () throws(PatternError) -> Value) throws(Failure) -> Value {
    do throws(PatternError) {
      return try make()
    } catch {
      throw error.failure()
    }
  }

  // MARK: Prompts that were torn

  /// Waits for the first of some patterns, of which one is a prompt that the kernel's messages may have torn: then it is
  /// asked for again (``PromptForcing``).
  ///
  /// - Returns: the index of the pattern.
  @discardableResult
  func wait(for patterns: [String], forcingPromptIn run: ActionRun) async throws(Failure) -> Int {
    var forcing = PromptForcing(run, patterns)
    let set = try Self.set(patterns)
    while true {
      if let match = try await self.match(set, &forcing) { return match.index }
    }
  }

  /// The same with patterns that are compiled.
  ///
  /// - Parameters:
  ///   - forcing: goes on from one call to the next where several matches are one wait.
  ///   - silence: nil is returned once the board has said nothing for so long.
  func match(
    _ set: PatternSet,
    _ forcing: inout PromptForcing,
    silence: Duration? = nil
  ) async throws(Failure) -> PatternMatch? {
    let run = forcing.run
    while true {
      do throws(Failure) {
        return try await run.withTimeout(forcing.remaining) { () async throws(Failure) in
          if let silence { return try await self.console.expect(set, silence: silence) }
          return try await self.find(set)
        }
      } catch {
        guard error.code == "wait-timeout", forcing.beginNext(error.message) else {
          throw reason(of: error)
        }
      }
      try await type("#")
    }
  }

  /// Waits for the shell's prompt.
  func waitForPrompt(_ run: ActionRun) async throws(Failure) {
    try await wait(for: prompts, forcingPromptIn: run)
    promptCame()
  }

  /// Waits for the shell's prompt, at most for the action's connection timeout.
  private func waitForPromptOnce(_ run: ActionRun) async throws(Failure) {
    let set = try Self.set(prompts)
    try await run.withTimeout(run.connectionTimeout) { () async throws(Failure) in _ = try await self.find(set) }
  }

  /// How often a newline is typed where a prompt seems to have come torn.
  private static let mostNewlines = 3

  /// Waits for a match. Where the board falls silent within a line a torn prompt may stand there, so a newline asks for
  /// another one, a few times; on an empty line it does nothing.
  private func find(_ set: PatternSet) async throws(Failure) -> PatternMatch {
    let silence = isAtShell ? patience.prompt : patience.bootPrompt
    var newlines = 0
    while newlines < Self.mostNewlines {
      if let match = try await console.expect(set, silence: silence) { return match }
      guard let line = console.unreadLines.last, !line.allSatisfy(\.isWhitespace) else { continue }
      events.log(.debug, "The board fell silent within a line: sending a newline, in case it is a torn prompt")
      try await console.send("\n")
      newlines += 1
    }
    return try await console.expect(set)
  }

  // MARK: Commands

  /// Types a command and waits for the prompt, at most for the action's connection timeout (spec jobs §4.2).
  func run(_ command: String, _ run: ActionRun) async throws(Failure) {
    try await type(command: command)
    try await waitForPromptOnce(run)
  }

  /// How often a command is run whose exit status gets lost on the way.
  private static let mostRuns = 3

  /// Types a command, reads its exit status and waits for the prompt (spec test-shell §2). Where the prompt comes without
  /// the status, the command is run again: it must be one that does no harm twice.
  ///
  /// - Throws: a job failure when the status is not 0 or does not come within the connection timeout.
  func runChecked(_ command: String, _ run: ActionRun) async throws(Failure) {
    let missing = Failure(.job, "no-return-code", "Failed to check '\(command)' return code!")
    let set = try Self.set([#"<LAVA_SIGNAL_RETRUNCODE (?P<status>\d+)>"#] + prompts)
    let status = try await run.withTimeout(max(run.connectionTimeout, .seconds(15)), missing) {
      () async throws(Failure) -> String in
      for _ in 1..<Self.mostRuns {
        if let status = try await self.status(of: command, set) { return status }
        self.events.log(.debug, "The prompt is back without the exit status of '\(command)': running it again")
      }
      guard let status = try await self.status(of: command, set) else { throw missing }
      return status
    }
    guard status == "0" else {
      throw Failure(
        .job,
        "command-failed",
        "'\(command)' failed with return code \(status)!",
        advice: "The console log shows what the board said."
      )
    }
    try await waitForPromptOnce(run)
  }

  /// Runs a command and returns its exit status; nil where the prompt is back without it.
  ///
  /// - Parameter set: the status, then the prompts.
  private func status(of command: String, _ set: PatternSet) async throws(Failure) -> String? {
    try await type(command: #"\#(command) ; printf "<LAVA_SIGNAL_RETRUNCODE $?>\n""#)
    var hasPrompt = false
    while true {
      guard let match = try await console.expect(set, silence: hasPrompt ? patience.prompt : nil) else {
        // What only looked like the prompt is followed by something.
        if console.unreadLines.joined().allSatisfy(\.isWhitespace) { return nil }
        hasPrompt = false
        continue
      }
      if match.index == 0 { return match.text(of: "status") ?? "" }
      hasPrompt = true
    }
  }
}
