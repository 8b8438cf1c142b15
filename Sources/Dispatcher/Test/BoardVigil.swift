// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import KernelMessages
import Patterns
import Pipeline
import YAMLDocument

/// Watches over the board while a test runs on it (docs/Console.md, "While a test runs"): what its kernel reports is told, and
/// when it printed a sign that it is gone and falls silent it is asked whether it lives, by keys that a terminal echoes and
/// that leave nothing behind.
struct BoardVigil {
  /// What is typed to be echoed, and taken back: a blank and Ctrl-U.
  private static let question: [UInt8] = [0x20, 0x15]
  private static let newline: [UInt8] = [0x0A]
  /// Of an answer no more is kept.
  private static let answerLimit = 4096
  /// How many of the kernel's messages go to the result.
  private static let mostMessages = 50
  /// What stands at the end when a board that has started anew waits for somebody.
  private static let otherPrompts = [#"login: ?$"#, "=> ?$", "U-Boot> ?$", "grub> ?$", "Shell> ?$"]

  private enum State {
    /// Nothing says that the board is gone.
    case calm
    /// It may be; it is asked when it falls silent.
    case suspicious
    case asked(answer: [UInt8])
    /// It has echoed, but what echoes may be a system that has started anew.
    case echoed
    case askedForPrompt(answer: [UInt8])
    /// It cannot be asked: its console does not echo.
    case mute
  }

  private let session: BoardSession
  private let run: ActionRun
  private let isEnabled: Bool
  private var watch: BoardWatch
  private let otherPrompts: PatternSet
  private var state = State.calm
  /// The first of what the kernel reported, and how much it was.
  private var messages: [KernelMessage] = []
  private var count = 0

  /// - Parameter isEnabled: whether a board that is gone ends the test; LAVA's own rules know nothing of it.
  init(_ session: BoardSession, isEnabled: Bool, _ run: ActionRun) throws(Failure) {
    self.session = session
    self.run = run
    self.isEnabled = isEnabled
    (watch, otherPrompts) = try BoardSession.compiled { () throws(PatternError) in
      (try BoardWatch(), try PatternSet(Self.otherPrompts))
    }
  }

  /// How long the console may be silent before ``silence()`` is to be called; nil for as long as it likes.
  var patience: Duration? {
    switch state {
    case .calm, .mute: nil
    case .suspicious, .echoed: session.patience.sign
    case .asked, .askedForPrompt: session.patience.life
    }
  }

  /// What says that the board has started anew since the last signal, whether or not that is sure: a shell that knows nothing
  /// of the test confirms it.
  var restart: BoardSign? { isEnabled ? watch.restart : nil }

  /// Takes what the board printed.
  mutating func take(_ bytes: [UInt8]) throws(Failure) {
    let result = bytes.withUnsafeBytes { bytes in Result { () throws(PatternError) in try watch.feed(bytes) } }
    let found = try BoardSession.compiled { () throws(PatternError) in try result.get() }
    for message in found { report(message) }
    guard isEnabled else { return }
    guard watch.sign != nil else {
      state = .calm
      return
    }
    switch state {
    case .calm, .suspicious: state = .suspicious
    case .asked(let answer): state = takenAnswer(answer + bytes)
    case .echoed, .mute: break
    case .askedForPrompt(let answer): state = .askedForPrompt(answer: (answer + bytes).suffix(Self.answerLimit))
    }
  }

  /// What an answer to the first question means so far.
  private mutating func takenAnswer(_ answer: [UInt8]) -> State {
    // The blank is taken back by going back, or by drawing the line anew; no kernel's line does that.
    guard answer.contains(where: { $0 == 0x08 || $0 == 0x1B }) else {
      return .asked(answer: answer.suffix(Self.answerLimit))
    }
    if watch.hasRestarted { return .echoed }
    watch.forget()
    return .calm
  }

  /// Takes silence that has lasted for ``patience``: asks the board, or knows.
  ///
  /// - Returns: the sign, when the board is gone.
  mutating func silence() async throws(Failure) -> BoardSign? {
    if let message = watch.settle() { report(message) }
    switch state {
    case .calm, .mute: break
    case .suspicious: try await ask()
    case .asked(let answer):
      // Without a word. Else it was not silent when it was asked.
      if answer.isEmpty { return watch.sign }
      try await ask()
    case .echoed:
      run.log(.debug, "The board echoes: asking for a prompt, in case that it has started anew")
      state = .askedForPrompt(answer: [])
      try await session.console.send(Self.newline)
    case .askedForPrompt(let answer):
      if try isOtherPrompt(answer) { return watch.sign }
      watch.forget()
      state = .calm
    }
    return nil
  }

  private mutating func ask() async throws(Failure) {
    guard session.echoes else {
      state = .mute
      return
    }
    run.log(.debug, "The board fell silent after '\(watch.sign?.line ?? "")': asking whether it lives")
    state = .asked(answer: [])
    try await session.console.send(Self.question)
  }

  private func isOtherPrompt(_ answer: [UInt8]) throws(Failure) -> Bool {
    let line = answer.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).last ?? []
    return try BoardSession.compiled { () throws(PatternError) in
      for pattern in otherPrompts.patterns where try pattern.firstMatch(in: Array(line)) != nil { return true }
      return false
    }
  }

  // MARK: Reports

  private mutating func report(_ message: KernelMessage) {
    // A test that prints the kernel's log again says nothing new.
    guard session.isNews(message) else { return }
    count += 1
    if messages.count < Self.mostMessages { messages.append(message) }
    run.log(.warning, "\(run.name): kernel '\(message.kind.rawValue)'")
  }

  /// Ends the watch: what the kernel reported goes to the action's result.
  mutating func finish() {
    if let message = watch.settle() { report(message) }
    guard isEnabled, count > 0 else { return }
    run.record("kernel-messages", .kernelMessages(messages))
    if count > messages.count { run.record("kernel-message-count", .int(count)) }
  }
}

extension BoardSign {
  /// The failure of a test whose board is gone.
  func failure(at place: (definition: String, testCase: String?)?) -> Failure {
    let what =
      switch kind {
      case .panic: "the kernel panicked"
      case .halt: "the system went down"
      case .restart: "the board restarted"
      }
    let during = place.map { place in
      " in \(place.definition)" + (place.testCase.map { ", after the case '\($0)'" } ?? ", before its first case")
    }
    return Failure(
      .test,
      "board-died",
      "\(what)\(during ?? ""): \(line)",
      advice: "The console log has what the board said before."
    )
  }
}

extension YAMLValue {
  /// What a kernel reported, as LAVA's results have it (spec signals §13).
  static func kernelMessages(_ messages: [KernelMessage]) -> YAMLValue {
    .sequence(messages.map { ["kind": .string($0.kind.rawValue), "message": .string($0.text)] })
  }
}
