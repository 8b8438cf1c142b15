// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import JobModel
import KernelMessages
import Patterns
import Pipeline
import Signals
import Synchronization

/// A board's console together with what is known of the shell behind it.
final class BoardSession: Sendable {
  private struct State {
    var prompts: [String] = []
    var isAtShell = false
    /// Whether a command was started that has not said its end.
    var isBusy = false
    /// Whether a started command has ended, and the prompt after it has not been seen.
    var owesPrompt = false
    var characterDelay: Duration
    var echo = LineTyping.Echo.unknown
    /// Why the system behind the console is gone.
    var loss: Failure?
    /// What the kernel has reported since the console was opened, by hash.
    var kernelMessages: Set<Int> = []
  }

  let console: Console
  /// How the board's console is opened again; nil where its end is the end of the board, as QEMU's is.
  let link: ConsoleLink?
  let patience: TypingPatience
  let events: EventLog
  private let state: Mutex<State>

  /// - Parameter characterDelay: the pause after each character that is typed.
  init(
    console: Console,
    characterDelay: Duration,
    events: EventLog,
    link: ConsoleLink? = nil,
    patience: TypingPatience = TypingPatience()
  ) {
    self.console = console
    self.link = link
    self.events = events
    self.patience = patience
    state = Mutex(State(characterDelay: characterDelay))
  }

  /// The same board behind a console that was opened again: what is known of its shell still holds.
  init(_ session: BoardSession, behind console: Console) {
    self.console = console
    link = session.link
    events = session.events
    patience = session.patience
    state = Mutex(session.state.withLock(\.self))
  }

  /// Whether the console's line is opened again by itself when it drops.
  var mayComeBack: Bool {
    if case .line = link { true } else { false }
  }

  /// The regular expressions that the shell's prompt matches.
  var prompts: [String] { state.withLock(\.prompts) }

  /// Whether a shell has answered: only then a polite `poweroff` makes sense.
  var isAtShell: Bool { state.withLock { $0.isAtShell && $0.loss == nil } }

  /// The system on the board is gone: nothing that was known of its shell holds any more.
  func markLost(_ failure: Failure) {
    state.withLock { state in
      state.loss = failure
      state.isBusy = false
      state.owesPrompt = false
    }
  }

  /// What the board was lost of, when it was.
  var loss: Failure? { state.withLock(\.loss) }

  /// What a wait has really failed of: that the board was lost is why its console was closed.
  func reason(of failure: Failure) -> Failure { failure.kind == .connectionClosed ? loss ?? failure : failure }

  /// - Throws: what the board was lost of, when it was; only a boot brings it back.
  func checkPresence() throws(Failure) {
    guard let loss = state.withLock(\.loss) else { return }
    throw Failure(
      loss.kind,
      loss.code,
      "the board is gone since an earlier attempt: \(loss.message)",
      advice: "Only a boot action brings it back; 'failure_retry' of a test does not boot."
    )
  }

  func setPrompts(_ prompts: [String]) {
    events.log(.debug, "Setting prompt string to \(PythonText.quoted(prompts))")
    state.withLock { $0.prompts = prompts }
  }

  func setCharacterDelay(_ delay: Duration) { state.withLock { $0.characterDelay = delay } }

  /// Whether the board is known to echo what is typed.
  var echoes: Bool { state.withLock { $0.echo == .present || $0.echo == .rewritten } }

  /// Notes what the kernel reports, and tells whether it has not said so before.
  func isNews(_ message: KernelMessage) -> Bool {
    state.withLock { state in
      guard state.kernelMessages.count < Self.mostKernelMessages else { return false }
      return state.kernelMessages.insert(message.hashValue).inserted
    }
  }

  /// A kernel that reports more than this is not listened to any more.
  private static let mostKernelMessages = 1000

  func markShell() { state.withLock { $0.isAtShell = true } }

  /// Starts a command that runs until it says so: whatever is typed before ``commandEnded()`` interrupts it first.
  func start(_ command: String) async throws(Failure) {
    defer { state.withLock { $0.isBusy = true } }
    try await type(command: command)
  }

  /// The command that was started has said its end; a prompt follows.
  func commandEnded() {
    state.withLock { state in
      state.isBusy = false
      state.owesPrompt = true
    }
  }

  /// Whether the prompt is still to come that follows a command that was started and has ended.
  var owesPrompt: Bool { state.withLock(\.owesPrompt) }

  /// That prompt has been seen.
  func promptCame() { state.withLock { $0.owesPrompt = false } }

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

  /// Types a line as it is: an answer, or a line for something else than a shell.
  ///
  /// - Parameter isSecret: the line is a password and does not go to the log.
  func type(_ line: String, isSecret: Bool = false) async throws(Failure) {
    try await interrupt()
    try await answer(line, isSecret: isSecret)
  }

  /// Types a line to a boot loader: as it is, or paced by its echo where the device has a delay between characters, which
  /// says that they get lost (``PacedTyping``).
  func type(bootCommand line: String) async throws(Failure) {
    let delay = state.withLock(\.characterDelay)
    guard delay > .zero else { return try await type(line) }
    tell(line, delay)
    try await PacedTyping(console: console, patience: patience, characterDelay: delay).type(line)
    try await console.send("\n")
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

  /// Types a line to the program that was started and waits for it.
  ///
  /// - Parameter isSecret: the line does not go to the log.
  func answer(_ line: String, isSecret: Bool = false) async throws(Failure) {
    let delay = state.withLock(\.characterDelay)
    tell(line, isSecret: isSecret, delay)
    try await console.sendLine(line, characterDelay: delay)
  }

  /// Says in the log what is typed, in LAVA's words (spec results-and-log §2).
  private func tell(_ line: String, isSecret: Bool = false, _ delay: Duration) {
    if delay > .zero {
      events.log(.debug, "Sending with \(Int(delay / .milliseconds(1))) millisecond of delay")
    }
    events.log(.debug, "Sending line: \(isSecret ? "'********'" : PythonText.quoted(line))")
    if !isSecret { events.log(.input, line) }
  }

  /// Types a command line to the shell, checked against its echo, and again where characters got lost (``LineTyping``).
  /// What the board had printed before is read then. A line with other characters than printable ASCII is typed as it is.
  ///
  /// - Throws: `echo-damaged`, kind `infrastructure`.
  func type(command line: String) async throws(Failure) {
    let (echo, delay) = state.withLock { ($0.echo, $0.characterDelay) }
    guard echo == .unknown || echo == .present, LineEcho.canFollow(line) else { return try await type(line) }
    try await interrupt()
    tell(line, delay)
    let typing = LineTyping(console: console, events: events, patience: patience, characterDelay: delay)
    let found = try await typing.type(line)
    switch found {
    case .present, .unknown: break
    case .absent:
      events.log(.warning, "The board did not echo what was typed: whether it arrived whole is not known")
      // A console that has echoed before is only mute now.
      if echo == .present { return }
    case .rewritten:
      events.log(.warning, "The board's line editor shows something else than what is typed: lines are not checked")
    }
    state.withLock { $0.echo = found }
  }
}

extension JobContext {
  /// The session of a namespace's board, to be used from here on: what other boards say is feedback.
  func session(of namespace: String) throws(Failure) -> BoardSession {
    if let session = withState(of: namespace, { $0.session }) {
      usedConsole.choose(namespace)
      return session
    }
    throw Failure(
      .job,
      "no-connection",
      "there is no console in namespace '\(namespace)'",
      advice: "Put a boot action before this one."
    )
  }

  /// The same, for somebody who begins anew: a console that has ended is opened again, where that does not need a boot.
  func liveSession(of namespace: String, _ run: ActionRun) async throws(Failure) -> BoardSession {
    let session = try session(of: namespace)
    try session.checkPresence()
    guard session.console.hasEnded, let link = session.link else { return session }
    run.log(
      .warning,
      "The connection to the board has ended: connecting again, by \(link.text)"
    )
    await session.console.close(.immediate)
    let again = BoardSession(session, behind: try await open(link, namespace: namespace))
    withState(of: namespace) { $0.session = again }
    // Until it has reached the board, a Ctrl-C would end the program that leads there.
    let end = run.clock.now + again.patience.longest
    while run.clock.now < end, case .bytes = try await again.console.read(silence: again.patience.link) {}
    return again
  }

  /// Opens a console and makes it the namespace's session, in place of one that there is.
  ///
  /// - Parameter isLink: whether it only leads to the board, and can be opened again when it ends.
  func connect(_ link: ConsoleLink, namespace: String, isLink: Bool = false) async throws(Failure) {
    await disconnect(namespace: namespace)
    let session = BoardSession(
      console: try await open(link, namespace: namespace),
      characterDelay: device.characterDelays.boot,
      events: events,
      link: isLink ? link.again : nil
    )
    withState(of: namespace) { $0.session = session }
  }

  private func open(_ link: ConsoleLink, namespace: String) async throws(Failure) -> Console {
    usedConsole.choose(namespace)
    let lines = TargetLines(events, of: namespace, usedConsole)
    return try await link.open(log: try ConsoleLog(path: settings.consoleLog)) { lines.take($0) }
  }

  /// Ends the namespace's session, if there is one.
  func disconnect(namespace: String) async {
    guard let session = withState(of: namespace, { $0.session }) else { return }
    await session.console.close()
    withState(of: namespace) { $0.session = nil }
  }
}

/// Which of a job's consoles its actions use.
final class UsedConsole: Sendable {
  private let namespace = Mutex<String?>(nil)

  func choose(_ namespace: String) { self.namespace.withLock { $0 = namespace } }

  func isOf(_ namespace: String) -> Bool { self.namespace.withLock { $0 == namespace } }

  var current: String? { namespace.withLock(\.self) }
}

/// Writes what a board prints to the event log, line by line: at level `feedback`, with its namespace, while the job's
/// actions use another console. LAVA writes such lines when somebody asks for them (`lava-test-feedback`); here they
/// need not wait for that, and nothing is taken from who reads the console later.
private final class TargetLines: Sendable {
  private let events: EventLog
  private let namespace: String
  private let usedConsole: UsedConsole
  private let splitter = Mutex(ConsoleLineSplitter())

  init(_ events: EventLog, of namespace: String, _ usedConsole: UsedConsole) {
    self.events = events
    self.namespace = namespace
    self.usedConsole = usedConsole
  }

  func take(_ event: ConsoleEvent) {
    let lines = splitter.withLock { splitter in
      switch event {
      case .received(let bytes): splitter.append(bytes)
      case .note: [] as [ConsoleLine]
      case .ended: splitter.finish().map { [$0] } ?? []
      }
    }
    if case .note(let text) = event { events.log(.warning, text) }
    let isUsed = usedConsole.isOf(namespace)
    events.log(isUsed ? .target : .feedback, lines.map(\.text), namespace: isUsed ? nil : namespace)
  }
}
