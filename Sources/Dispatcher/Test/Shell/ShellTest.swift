// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Pipeline
import Signals
import TestDefinitions
import YAMLDocument

/// `definitions` — runs the definitions of one stage in the board's shell (spec test-shell §2, signals §3, §4).
struct ShellTest: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  /// Whose console the test runs on.
  let consoleNamespace: String
  let stage: Int

  var actions: [Action] {
    Action("lava-test-retry", summary: "run the tests of stage \(stage)", isRetry: true) {
      Action("lava-test-shell", summary: "run the definitions in the shell", timeoutFailure: .timeout, run: test)
    }
  }

  /// Runs the definitions of the stage on the console.
  func test(_ run: ActionRun) async throws(Failure) {
    let session = try await context.liveSession(of: consoleNamespace, run)
    session.setCharacterDelay(context.device.characterDelays.test)
    if session.prompts.isEmpty {
      session.setPrompts([context.constant("default-shell-prompt")?.string ?? ""])
    }
    let resultsDirectory = try context.resultsDirectory(of: facts.name)
    try await prepareShell(session, resultsDirectory, run)
    let nonce = Self.drawNonce()
    try await session.start("\(resultsDirectory)/bin/lava-test-runner \(resultsDirectory)/\(stage) \(nonce)")
    try await read(session, nonce: nonce, run)
    session.commandEnded()
  }

  /// Brings the shell to where the runner can start.
  private func prepareShell(_ session: BoardSession, _ resultsDirectory: String, _ run: ActionRun) async throws(Failure)
  {
    if try await session.interrupt() { try await session.waitForPrompt(run) }
    try await session.type("#")
    try await session.waitForPrompt(run)
    if let drive = context.withState(of: facts.name, { $0.drive }) {
      for command in [
        "mkdir -p \(resultsDirectory)",
        "mount /dev/disk/by-uuid/\(drive.uuid) -t ext2 \(resultsDirectory)",
        "ls -la \(resultsDirectory)/bin/lava-test-runner",
      ] {
        try await session.run(command, run)
      }
    }
    let shell = context.shell(of: facts.name)
    if !shell.isEmpty { try await session.run("export SHELL=\(shell)", run) }
    try await session.runChecked(". \(resultsDirectory)/environment", run)
  }

  /// Eight random hex digits: signals of another start of the runner are not taken for this one's.
  private static func drawNonce() -> String {
    let digits = String(UInt32.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Reads the signal stream until the runner is done.
  private func read(_ session: BoardSession, nonce: String, _ run: ActionRun) async throws(Failure) {
    let limit = min(run.remaining, run.connectionTimeout)
    run.log(
      .debug,
      "Test shell timeout: \(limit.components.seconds)s (minimum of the action and connection timeout)"
    )
    let rendered = context.withState(of: facts.name) { $0.definitions }
    let origins = facts.stages.joined().compactMap { placed in
      rendered[placed.index].flatMap { one in
        one.definition.map { (placed.suite, DefinitionOrigin($0, placed.item, commit: one.commit)) }
      }
    }
    let recorder = ShellRecorder(
      events: context.events,
      namespace: facts.name,
      level: run.level,
      origins: Dictionary(origins, uniquingKeysWith: { $1 }),
      suites: facts.suites(of: stage),
      files: BoardFiles(folder: "\(context.settings.outputFolder)/files")
    )
    let resultsDirectory = try context.resultsDirectory(of: facts.name)
    var reading = try RunnerReading(
      session,
      PatternedStream(TestShellStream(configuration(nonce: nonce)), patterns: try patterns()),
      vigil: try BoardVigil(session, isEnabled: context.settings.rules != .lava, run),
      recorder: recorder,
      journal: "\(resultsDirectory)/bin/lava-journal",
      run,
      context: context
    )
    var failure: Failure?
    do throws(Failure) {
      try await reading.read()
      failure = recorder.failure ?? reading.failure
    } catch {
      failure = error
    }
    for text in recorder.shortcomings(wasStopped: failure != nil) { run.fallShort(text) }
    if let failure { throw failure }
  }

  /// The `parse` patterns of the definitions, by suite.
  private func patterns() throws(Failure) -> [String: ParsePattern] {
    var patterns: [String: ParsePattern] = [:]
    for rendered in context.withState(of: facts.name, { $0.definitions }).values {
      guard let definition = rendered.definition, let folder = rendered.folder else { continue }
      patterns[folder.name] = try ParsePattern(definition, file: context.job.file)
    }
    return patterns
  }

  private func configuration(nonce: String) -> TestShellMachine.Configuration {
    let rendered = context.withState(of: facts.name) { $0.definitions }
    let definitions = (facts.stages.indices.contains(stage) ? facts.stages[stage] : []).compactMap { placed in
      rendered[placed.index].flatMap { TestShellMachine.Definition($0) }
    }
    return TestShellMachine.Configuration(
      definitions: definitions,
      stage: stage,
      nonce: nonce,
      strictSignals: context.settings.strictSignals,
      isMultinode: context.job.isNode,
      feedbackNamespaces: Set(context.sessions.map(\.namespace)),
      jobID: context.settings.jobID,
      lavaVerdicts: context.settings.rules == .lava
    )
  }
}

extension TestShellMachine.Definition {
  /// What the test shell must know of a definition that is on the board; nil when it was not rendered.
  init?(_ rendered: RenderedDefinition) {
    guard let folder = rendered.folder, let definition = rendered.definition else { return nil }
    self.init(definition, suite: folder.name, uuid: folder.uuid)
  }

  /// What the test shell must know of a definition.
  init(_ definition: TestDefinition, suite: String, uuid: String?) {
    let expected = definition.expected
    self.init(
      suite: suite,
      uuid: uuid,
      expected: expected.isEmpty ? nil : expected,
      isExpectedByJob: definition.entry.expected != nil,
      parse: definition.document.resultPattern.map { pattern in
        TestShellMachine.Parse(
          pattern: pattern.pattern,
          fixups: pattern.fixups.map { (word: $0.text, result: $0.result) }
        )
      }
    )
  }
}
