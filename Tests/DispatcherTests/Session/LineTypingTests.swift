// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import HostTools
import Patterns
import Pipeline
import Testing

@testable import Dispatcher

/// Command lines that are checked against their echo, on shells of this machine: behind a line that loses and changes
/// bytes, without an echo, and with a line editor that shows something else.
@Suite(.timeLimit(.minutes(20))) struct LineTypingTests {
  /// What is to come is waited for as long as any machine may need; a test that is about something that never comes shortens
  /// the one time that passes then.
  private static let patient = TypingPatience(
    echo: .seconds(60),
    firstEcho: .seconds(60),
    newline: .seconds(60),
    prompt: .seconds(60),
    bootPrompt: .seconds(60),
    longest: .seconds(120)
  )

  /// For lines on which much is lost.
  private static let hasty = TypingPatience(
    echo: .milliseconds(250),
    firstEcho: .seconds(60),
    newline: .seconds(1),
    prompt: .seconds(1),
    longest: .seconds(120)
  )

  private static func patient(but time: WritableKeyPath<TypingPatience, Duration>, _ duration: Duration)
    -> TypingPatience
  {
    var patience = patient
    patience[keyPath: time] = duration
    return patience
  }

  private static let hasPython = isInstalled("python3")
  private static let prompt = "board~ "
  private static let bash = ["env", "PS1=\(prompt)", "TERM=linux", "bash", "--norc", "-i"]
  private static let sh = ["env", "PS1=\(prompt)", "sh", "-i"]

  private static func noisy(_ options: String..., program: [String]) -> [String] {
    ["python3", "\(SourceTree.root)/Tests/DispatcherTests/noisy-board.py"] + options + program
  }

  private static let again = "debug The echo of the line came damaged: typing it again"
  private static let newline = "debug Nothing came after the newline: typing it again"
  private static let torn = "debug The board fell silent within a line: sending a newline, in case it is a torn prompt"

  /// As long as what a test shell types; some are longer than a terminal is wide.
  private static func line(_ number: Int) -> String {
    "line \(number) " + String(repeating: "of the quick brown fox ", count: 1 + number % 5) + "ends"
  }

  @Test(.enabled(if: hasPython, "there is no python3"), arguments: [1, 2], [bash, sh])
  func aNoisyLine(seed: Int, shell: [String]) async throws {
    let folder = TemporaryFolder()
    let log = LineKeeper()
    let count = 40
    let failure = await Self.run(log, Self.noisy("noise=\(seed)", program: shell), Self.hasty) {
      session,
      run throws(Failure) in
      try await session.run("cd \(folder.path)", run)
      for number in 0..<count { try await session.run("echo \(Self.line(number)) >> lines", run) }
      try await session.runChecked("cp lines whole", run)
    }
    try #require(failure == nil, "\(log.all.suffix(10))")
    let lines = String(decoding: bytes(of: folder.file("whole")), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == count)
    for (line, number) in zip(lines, 0...) { #expect(line == Self.line(number)) }
    // Each line is one line of the log, however often it was typed.
    #expect(log.all.filter { $0.hasPrefix("input echo line ") }.count == count)
    #expect(log.all.contains { $0.hasPrefix(Self.again) })
  }

  /// What is lost, and what is noticed of it when nothing has come for a while.
  struct Loss: Sendable {
    var options: String
    var noticed: [String]
    var patience: TypingPatience

    init(_ options: String, _ noticed: [String], by time: WritableKeyPath<TypingPatience, Duration>) {
      self.options = options
      self.noticed = noticed
      patience = patient(but: time, .seconds(1))
    }
  }

  static let losses = [
    Loss("down=77:1", ["\(again) (2 of 5)"], by: \.echo),
    Loss("down=77:2", [2, 3].map { "\(again) (\($0) of 5)" }, by: \.echo),
    Loss("up=77:1", ["\(again) (2 of 5)"], by: \.echo),
    Loss("down=0a:1", [newline], by: \.newline),
    Loss("down=0a:2", [newline, newline], by: \.newline),
    Loss("up=7e:1", [torn], by: \.prompt),
    // The first letter of the signal that has the exit status; that of its echo came before.
    Loss("up=3c:1", ["\(again) (2 of 5)"], by: \.echo),
  ]

  /// On a machine that is slow enough more is noticed than was lost; never less.
  @Test(.enabled(if: hasPython, "there is no python3"), arguments: losses)
  func whatIsLostIsNoticed(_ loss: Loss) async throws {
    let log = LineKeeper()
    let board = Self.noisy(loss.options, program: Self.sh)
    let failure = await Self.run(log, board, loss.patience) { session, run throws(Failure) in
      // The board is there; whatever was lost of this, too, was lost of an empty line.
      try await session.run("true", run)
      try await session.runChecked("test -f /etc/passwd", run)
    }
    #expect(failure == nil)
    let noticed = log.all.filter { [Self.again, Self.newline, Self.torn].contains(where: $0.hasPrefix) }
    for line in loss.noticed {
      #expect(noticed.count { $0 == line } >= loss.noticed.count { $0 == line }, "\(noticed)")
    }
  }

  @Test(.enabled(if: hasPython, "there is no python3"))
  func aLineThatNeverArrives() async throws {
    let log = LineKeeper()
    let board = Self.noisy("down=77:1000", program: Self.sh)
    let failure = await Self.run(log, board, Self.patient(but: \.echo, .milliseconds(100))) {
      session,
      run throws(Failure) in
      try await session.runChecked("test -f /etc/passwd", run)
    }
    #expect(failure?.contains("swallows or changes characters: 'test -f /etc/passwd ; printf") == true)
    #expect(log.all.filter { $0.hasPrefix(Self.again) }.count == 4)
  }

  /// An exit status that is lost on the way costs another run of the command.
  @Test func anExitStatusIsLost() async throws {
    let log = LineKeeper()
    let folder = TemporaryFolder()
    // A printf that loses its first output.
    let printf = "printf() { if [ -e printed ]; then command printf \"$@\"; else : > printed; fi; }"
    let failure = await Self.run(log, Self.sh, Self.patient(but: \.prompt, .seconds(1))) {
      session,
      run throws(Failure) in
      try await session.run("cd \(folder.path)", run)
      try await session.run(printf, run)
      try await session.runChecked("echo run >> runs", run)
    }
    #expect(failure == nil)
    #expect(bytes(of: folder.file("runs")) == Array("run\nrun\n".utf8))
    #expect(
      log.all.contains("debug The prompt is back without the exit status of 'echo run >> runs': running it again")
    )
  }

  @Test func aConsoleWithoutEcho() async throws {
    let log = LineKeeper()
    let folder = TemporaryFolder()
    let patience = Self.patient(but: \.firstEcho, .milliseconds(300))
    let board = ["sh", "-c", "stty -echo; PS1='\(Self.prompt)' exec sh -i"]
    let failure = await Self.run(log, board, patience) { session, run throws(Failure) in
      try await session.run("cd \(folder.path)", run)
      for number in 0..<3 { try await session.run("echo \(Self.line(number)) >> lines", run) }
    }
    #expect(failure == nil)
    #expect(bytes(of: folder.file("lines")) == Array((0..<3).map { Self.line($0) + "\n" }.joined().utf8))
    let warning = "warning The board did not echo what was typed: whether it arrived whole is not known"
    #expect(log.all.filter { $0.hasPrefix("warning") } == [warning])
  }

  /// readline on a terminal that cannot move its cursor up shows a part of a long line.
  @Test func aLineEditorThatScrolls() async throws {
    let log = LineKeeper()
    let folder = TemporaryFolder()
    let board = ["env", "PS1=\(Self.prompt)", "TERM=dumb", "bash", "--norc", "-i"]
    let failure = await Self.run(log, board, Self.patient(but: \.echo, .seconds(2))) { session, run throws(Failure) in
      try await session.run("cd \(folder.path)", run)
      for number in 3..<6 { try await session.run("echo \(Self.line(number)) >> lines", run) }
    }
    #expect(failure == nil)
    #expect(bytes(of: folder.file("lines")) == Array((3..<6).map { Self.line($0) + "\n" }.joined().utf8))
    let warning = "warning The board's line editor shows something else than what is typed: lines are not checked"
    #expect(log.all.filter { $0.hasPrefix("warning") } == [warning])
  }

  /// What the board said before a line was typed does not answer it.
  @Test func anOldPromptIsNoAnswer() async throws {
    let log = LineKeeper()
    let failure = await Self.run(log, Self.sh) { session, run throws(Failure) in
      try await session.console.send("\n\n\n")
      let prompts = try await session.console.expect(try Self.set("(?:\(Self.prompt).*?){3}"))
      try session.console.unread(prompts.bytes)
      try await session.run("printf 'a%sc' b", run)
      // The prompt that was waited for is the one behind the command's output.
      #expect(session.console.unreadLines.joined().isEmpty)
    }
    #expect(failure == nil)
  }

  private static func set(_ pattern: String) throws(Failure) -> PatternSet {
    do throws(PatternError) { return try PatternSet([pattern]) } catch { throw error.failure() }
  }

  private static func run(
    _ log: LineKeeper,
    _ board: [String],
    _ patience: TypingPatience = patient,
    _ step: @escaping @Sendable (BoardSession, ActionRun) async throws(Failure) -> Void
  ) async -> String? {
    await SmallBoard.run(log, ManualClock(), board, patience: patience) { session, run throws(Failure) in
      session.setPrompts([prompt])
      session.markShell()
      try await session.waitForPrompt(run)
      try await step(session, run)
    }
  }
}
