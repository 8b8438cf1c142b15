// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import KernelMessages
import Pipeline
import Signals

/// Reads what a test runner on a board says until it is done, and asks the board's journal for what did not arrive
/// (docs/Signals.md, "Asking again").
struct RunnerReading {
  /// How long a console must be silent before what is held back is taken as it is.
  private static let settling = Duration.milliseconds(200)
  /// How long a prompt must be the last that a console said before the runner is taken to be done.
  private static let promptPatience = Duration.seconds(3)
  /// How long the shell may take to show its prompt when the runner has said its end.
  private static let promptDelay = Duration.seconds(3)
  /// How long the journal may say nothing before it is asked again.
  private static let answerPatience = Duration.seconds(5)
  /// How often the journal is asked, and how often without any answer.
  private static let mostRounds = 20
  private static let mostFruitlessRounds = 3
  /// How much is read at once, in bytes: what is made of a piece takes several times its memory.
  private static let pieceSize = 64 << 10
  /// The longest line that is typed, in bytes.
  private static let longestLine = 200

  let session: BoardSession
  let recorder: ShellRecorder
  /// The program that answers, by path.
  let journal: String
  let run: ActionRun
  let context: JobContext
  private var stream: PatternedStream
  private var prompt: PromptWatch
  private var vigil: BoardVigil
  private var rounds = 0
  private var fruitlessRounds = 0
  /// How often the console's line had come back when the board was asked for its prompt last.
  private var reconnections: Int

  init(
    _ session: BoardSession,
    _ stream: PatternedStream,
    vigil: BoardVigil,
    recorder: ShellRecorder,
    journal: String,
    _ run: ActionRun,
    context: JobContext
  ) throws(Failure) {
    self.context = context
    self.session = session
    self.vigil = vigil
    self.recorder = recorder
    self.journal = journal
    self.run = run
    self.stream = stream
    reconnections = session.console.reconnections
    prompt = try PromptWatch(prompts: session.prompts)
  }

  /// Why the search for results in the output was given up.
  var failure: Failure? { stream.failure }

  private var taker: (ShellEffect) -> Void {
    let recorder = recorder
    return { recorder.take($0) }
  }

  /// Reads until the test shell is over.
  mutating func read() async throws(Failure) {
    defer {
      stream.reportMissingCases(taker)
      recorder.finish()
      vigil.finish()
    }
    do throws(Failure) {
      while !stream.isOver {
        if stream.isEnded {
          try await askAgain()
        } else {
          try await readUntilPrompt()
        }
        try await makeCalls()
      }
    } catch {
      let isTimeout = run.remaining == .zero
      stream.end(isTimeout ? .timeout : .canceled, at: run.clock.now, taker)
      throw error
    }
  }

  /// Reads on; a prompt that stands at the end for a while means that the runner is done, or that its end got lost.
  private mutating func readUntilPrompt() async throws(Failure) {
    var limit: Duration?
    if let since = prompt.since {
      let patience = stream.mayBeOver ? Self.settling : Self.promptPatience
      limit = max(since + patience - run.clock.now, .zero)
    }
    if stream.isWaiting { limit = min(limit ?? Self.settling, Self.settling) }
    if session.mayComeBack { limit = min(limit ?? session.patience.link, session.patience.link) }
    guard try await readOnce(within: limit) == false, !stream.isOver else { return }
    if stream.isWaiting {
      stream.flush(at: run.clock.now, taker)
    } else if stream.mayBeOver {
      stream.end(.prompt, at: run.clock.now, taker)
    } else if prompt.since == nil {
      if session.console.reconnections > reconnections { try await askForPrompt() }
    } else if run.clock.now >= (prompt.since ?? .zero) + Self.promptPatience {
      try await askWhetherDone()
    }
  }

  /// Makes the calls to the group that have come. What the board sent before its runner's end is sent even then.
  private mutating func makeCalls() async throws(Failure) {
    while let call = recorder.takeCall() {
      // By LAVA's rules a call that is not answered ends the test, and nothing else (spec signals §6).
      if try await !answer(call) { stream.end(.canceled, at: run.clock.now, taker) }
    }
  }

  // MARK: The journal

  /// Asks for what is missing, and gives up when that does not help.
  private mutating func askAgain() async throws(Failure) {
    guard rounds < Self.mostRounds, fruitlessRounds < Self.mostFruitlessRounds else {
      return stream.end(.prompt, at: run.clock.now, taker)
    }
    if rounds == 0 {
      if stream.isAborted { try await session.interrupt() } else { session.commandEnded() }
      try await waitForPrompt()
    }
    try await ask()
  }

  /// The line had dropped, came back, and has been silent since: the end of the test, and the prompt behind it, may have
  /// been lost. A test that still runs finds an empty line on its input.
  private mutating func askForPrompt() async throws(Failure) {
    reconnections = session.console.reconnections
    run.log(.debug, "The console was away, and is silent: asking for a prompt")
    try await session.console.send([UInt8(ascii: "\n")])
  }

  /// The runner has not said its end, but a prompt is there: if a test still runs, the line is read by the shell later.
  private mutating func askWhetherDone() async throws(Failure) {
    run.log(.info, "The prompt is back without the end of the test runner: asking the board's journal")
    let (answerCount, answers) = (stream.answerCount, stream.wholeAnswerCount)
    try await ask()
    guard !stream.isOver, !stream.isEnded else { return }
    if stream.wholeAnswerCount > answers {
      // It has answered, so the shell is there, and nothing has closed the journal: the runner was killed.
      while !stream.isOver, !stream.question.isEmpty, rounds < Self.mostRounds,
        fruitlessRounds < Self.mostFruitlessRounds
      {
        try await ask()
      }
      return stream.end(.prompt, at: run.clock.now, taker)
    }
    if prompt.since == nil {
      // The shell has not even read the line.
      rounds -= 1
    } else if stream.hasPlainExit {
      return stream.end(.prompt, at: run.clock.now, taker)
    } else if let sign = vigil.restart, stream.answerCount == answerCount {
      // A shell without a journal, behind the words of a boot.
      try fail(sign)
    }
    prompt.forget()
  }

  /// Asks once, and reads the answer.
  private mutating func ask() async throws(Failure) {
    let question = stream.question.selectors(limit: Self.longestLine - journal.utf8.count - 1)
    guard !stream.isOver, !question.isEmpty else { return }
    rounds += 1
    let (answers, wholeAnswers) = (stream.answerCount, stream.wholeAnswerCount)
    prompt.forget()
    do throws(Failure) {
      session.commandEnded()
      try await session.start("\(journal) \(question)")
    } catch {
      // The line is worse than the journal: what is known has to do.
      guard error.code == "echo-damaged" else { throw error }
      fruitlessRounds += 1
      return
    }
    var (latest, latestCount) = (run.clock.now, answers)
    while !stream.isOver, stream.wholeAnswerCount == wholeAnswers {
      // Lines of the kernel may go on: what counts is the answer, and the prompt behind it.
      if stream.answerCount > latestCount { (latest, latestCount) = (run.clock.now, stream.answerCount) }
      let end = min(
        latest + Self.answerPatience,
        prompt.since.map { $0 + Self.settling } ?? latest + Self.answerPatience
      )
      guard run.clock.now < end, try await readOnce(within: end - run.clock.now) else { break }
    }
    if stream.isWaiting { stream.flush(at: run.clock.now, taker) }
    if stream.isEnded { session.commandEnded() }
    fruitlessRounds = stream.answerCount == answers ? fruitlessRounds + 1 : 0
    if !stream.isOver { try await waitForPrompt() }
  }

  private mutating func waitForPrompt() async throws(Failure) {
    let end = run.clock.now + Self.promptDelay
    while !stream.isOver, prompt.since == nil {
      guard run.clock.now < end, try await readOnce(within: end - run.clock.now) else { return }
    }
  }

  // MARK: The console

  /// Reads what comes.
  ///
  /// - Returns: whether something came within the limit.
  @discardableResult
  private mutating func readOnce(within limit: Duration?) async throws(Failure) -> Bool {
    let patience = vigil.patience.flatMap { patience in limit.map { patience <= $0 } ?? true ? patience : nil }
    guard let chunk = try await session.console.read(silence: patience ?? limit, limit: Self.pieceSize) else {
      guard patience != nil else { return false }
      if let sign = try await vigil.silence() { try fail(sign) }
      return true
    }
    switch chunk {
    case .bytes(let bytes):
      let (now, taker) = (run.clock.now, taker)
      let count = bytes.withUnsafeBytes { stream.feed($0, at: now, taker) }
      try vigil.take(bytes)
      try prompt.feed(Array(bytes[..<count]), at: now)
      if count < bytes.count { try session.console.unread(Array(bytes[count...])) }
    case .end:
      stream.end(.endOfStream, at: run.clock.now, taker)
      // Somebody knows better why it ended.
      if let loss = session.loss { throw loss }
    }
    return true
  }

  /// The board is gone: what has arrived counts, and no shell answers any more.
  private mutating func fail(_ sign: BoardSign) throws(Failure) {
    stream.end(.canceled, at: run.clock.now, taker)
    let failure = sign.failure(at: stream.shell.machine.place)
    session.markLost(failure)
    throw failure
  }
}
