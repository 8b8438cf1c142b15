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
    try await console.expect(try Self.set(patterns)).index
  }

  /// Compiles regular expressions of the job.
  private static func set(_ patterns: [String]) throws(Failure) -> PatternSet {
    do throws(PatternError) {
      return try PatternSet(patterns)
    } catch {
      throw error.failure()
    }
  }

  // MARK: Prompts that were torn

  /// How often `#` is typed while a prompt does not come.
  private static let mostNudges = 6
  /// How often a newline is typed where a prompt seems to have come torn.
  private static let mostNewlines = 3

  /// Waits for the first of some patterns, of which one is a prompt that the kernel's messages may have torn: after
  /// half of the action's time, and after each further tenth of it, types `#` so that the shell prints its prompt again
  /// (spec jobs §4.2). The warning names the wait that is over, as LAVA's logs do. A board that falls silent within a
  /// line gets a newline much earlier.
  ///
  /// - Returns: the index of the pattern.
  @discardableResult
  func wait(for patterns: [String], forcingPromptIn run: ActionRun) async throws(Failure) -> Int {
    run.log(.debug, "\(run.name): Wait for prompt \(patterns) (timeout \(run.remaining.clockText))")
    let set = try Self.set(patterns)
    let whole = run.remaining
    var part = whole / 2
    var nudges = 0
    while true {
      do throws(Failure) {
        return try await run.withTimeout(part) { () async throws(Failure) in try await self.find(set) }
      } catch {
        guard error.code == "wait-timeout", nudges < Self.mostNudges else { throw error }
        run.log(
          .warning,
          "\(error.message): Sending # in case of corruption. "
            + "Connection timeout \(whole.clockText), retry in \(part.clockText)"
        )
      }
      nudges += 1
      part = whole / 10
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

  /// Waits for a match. Where the board falls silent within a line a torn prompt may stand there, so a newline asks for
  /// another one, a few times; on an empty line it does nothing.
  private func find(_ set: PatternSet) async throws(Failure) -> Int {
    let silence = isAtShell ? patience.prompt : patience.bootPrompt
    var newlines = 0
    while newlines < Self.mostNewlines {
      if let match = try await console.expect(set, silence: silence) { return match.index }
      guard let line = console.unreadLines.last, !line.allSatisfy(\.isWhitespace) else { continue }
      events.log(.debug, "The board fell silent within a line: sending a newline, in case it is a torn prompt")
      try await console.send("\n")
      newlines += 1
    }
    return try await console.expect(set).index
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
