// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import JobModel
import Patterns
import Pipeline
import Synchronization

/// A board's console together with what is known of the shell behind it.
final class BoardSession: Sendable {
  private struct State {
    var prompts: [String] = []
    var isAtShell = false
    /// Whether a command was started that has not said its end.
    var isBusy = false
    var characterDelay: Duration
  }

  let console: Console
  private let events: EventLog
  private let state: Mutex<State>

  /// - Parameter characterDelay: the pause after each character that is typed.
  init(console: Console, characterDelay: Duration, events: EventLog) {
    self.console = console
    self.events = events
    state = Mutex(State(characterDelay: characterDelay))
  }

  /// The regular expressions that the shell's prompt matches.
  var prompts: [String] { state.withLock(\.prompts) }

  /// Whether a shell has answered: only then a polite `poweroff` makes sense.
  var isAtShell: Bool { state.withLock(\.isAtShell) }

  func setPrompts(_ prompts: [String]) {
    events.log(.debug, "Setting prompt string to \(prompts)")
    state.withLock { $0.prompts = prompts }
  }

  func setCharacterDelay(_ delay: Duration) { state.withLock { $0.characterDelay = delay } }

  func markShell() { state.withLock { $0.isAtShell = true } }

  /// Starts a command that runs until it says so: whatever is typed before ``commandEnded()`` interrupts it first.
  func start(_ command: String) async throws(Failure) {
    defer { state.withLock { $0.isBusy = true } }
    try await type(command)
  }

  /// The command that was started has said its end.
  func commandEnded() { state.withLock { $0.isBusy = false } }

  /// Ends a started command as a person would, by Ctrl-C: a test that is skipped or tried again must not keep the
  /// shell from the next one (LAVA waits for it to end by itself, spec jobs §4.2).
  ///
  /// - Returns: whether there was one; a prompt follows then.
  @discardableResult
  func interrupt() async throws(Failure) -> Bool {
    guard state.withLock(\.isBusy) else { return false }
    events.log(.info, "Interrupting what still runs on the board (Ctrl-C)")
    try await console.send([Self.endOfText])
    commandEnded()
    return true
  }

  /// What Ctrl-C types.
  private static let endOfText: UInt8 = 0x03

  /// Types a line.
  ///
  /// - Parameter isSecret: the line is a password and does not go to the log.
  func type(_ line: String, isSecret: Bool = false) async throws(Failure) {
    try await interrupt()
    events.log(.debug, "Sending line: '\(isSecret ? "********" : line)'")
    if !isSecret { events.log(.input, line) }
    try await console.sendLine(line, characterDelay: state.withLock(\.characterDelay))
  }

  /// Presses keys, as a person does who stops a boot loader: nothing echoes them.
  func press(_ keys: String, newline: Bool) async throws(Failure) {
    events.log(.debug, "Sending keys: '\(keys)'\(newline ? " and a newline" : "")")
    try await console.send(Array(keys.utf8) + (newline ? [UInt8(ascii: "\n")] : []))
  }

  /// Presses a letter together with Ctrl.
  func press(control letter: String) async throws(Failure) {
    events.log(.debug, "Sending keys: Ctrl-\(letter)")
    try await console.send(letter.utf8.map { $0 & 0x1F })
  }

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

  /// How often `#` is typed while a prompt does not come.
  private static let mostNudges = 6

  /// Waits for the first of some patterns, of which one is a prompt that the kernel's messages may have torn: after
  /// half of the action's time, and after each further tenth of it, types `#` so that the shell prints its prompt again
  /// (spec jobs §4.2). The warning names the wait that is over, as LAVA's logs do.
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
        return try await run.withTimeout(part) { () async throws(Failure) in try await self.console.expect(set).index }
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
  func waitForPrompt(_ run: ActionRun) async throws(Failure) { try await wait(for: prompts, forcingPromptIn: run) }

  /// Types a command and waits for the prompt, at most for the action's connection timeout (spec jobs §4.2).
  func run(_ command: String, _ run: ActionRun) async throws(Failure) {
    try await type(command)
    let prompts = prompts
    try await run.withTimeout(run.connectionTimeout) { () async throws(Failure) in
      _ = try await self.wait(for: prompts)
    }
  }

  /// Types a command, reads its exit status and waits for the prompt (spec test-shell §2).
  ///
  /// - Throws: a job failure when the status is not 0 or does not come within the connection timeout.
  func runChecked(_ command: String, _ run: ActionRun) async throws(Failure) {
    try await type("\(command) ; printf \"<LAVA_SIGNAL_RETRUNCODE $?>\\n\"")
    let pattern = try Self.set([#"<LAVA_SIGNAL_RETRUNCODE (?P<status>\d+)>"#])
    let missing = Failure(.job, "no-return-code", "Failed to check '\(command)' return code!")
    let status = try await run.withTimeout(max(run.connectionTimeout, .seconds(15)), missing) {
      () async throws(Failure) -> String in
      try await self.console.expect(pattern).text(of: "status") ?? ""
    }
    guard status == "0" else {
      throw Failure(
        .job,
        "command-failed",
        "'\(command)' failed with return code \(status)!",
        advice: "The console log shows what the board said."
      )
    }
    let prompts = prompts
    try await run.withTimeout(run.connectionTimeout) { () async throws(Failure) in
      _ = try await self.wait(for: prompts)
    }
  }
}

extension JobContext {
  /// The session of a namespace's board.
  func session(of namespace: String) throws(Failure) -> BoardSession {
    if let session = withState(of: namespace, { $0.session }) { return session }
    throw Failure(
      .job,
      "no-connection",
      "there is no console in namespace '\(namespace)'",
      advice: "Put a boot action before this one."
    )
  }

  /// Starts the program behind a console and makes it the namespace's session.
  func connect(_ command: ConsoleCommand, namespace: String) async throws(Failure) {
    let lines = TargetLines(events)
    let console = try await Console.spawn(
      command,
      log: try ConsoleLog(path: settings.consoleLog),
      observer: { lines.take($0) }
    )
    let session = BoardSession(console: console, characterDelay: device.characterDelays.boot, events: events)
    withState(of: namespace) { $0.session = session }
  }

  /// Ends the namespace's session, if there is one.
  func disconnect(namespace: String) async {
    guard let session = withState(of: namespace, { $0.session }) else { return }
    await session.console.close()
    withState(of: namespace) { $0.session = nil }
  }
}

/// Writes what a board prints to the event log, line by line.
private final class TargetLines: Sendable {
  private let events: EventLog
  private let splitter = Mutex(ConsoleLineSplitter())

  init(_ events: EventLog) { self.events = events }

  func take(_ event: ConsoleEvent) {
    let lines = splitter.withLock { splitter in
      switch event {
      case .received(let bytes): splitter.append(bytes)
      case .ended: splitter.finish().map { [$0] } ?? []
      }
    }
    for line in lines { events.log(.target, line.text) }
  }
}
