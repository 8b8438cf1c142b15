// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import Events
package import JobModel
package import Pipeline
import Signals

/// Reads the results of a job's tests from the bytes of its console: the machine that reads a board, fed from a record.
///
/// Where a runner starts is found by the echo of the line that the host typed; it holds the stage and the nonce.
package struct Replay {
  private let facts: NamespaceFacts
  private let events: EventLog
  private let origins: [String: DefinitionOrigin]
  /// By stage.
  private let definitions: [[TestShellMachine.Definition]]
  private let patterns: [String: ParsePattern]
  private var recorder: ShellRecorder
  private var calls: RecordedCalls
  private var stream = PatternedStream(TestShellStream(.init(definitions: [], nonce: nil)), patterns: [:])
  private var isRunning = false
  /// How often the runner of each stage was started.
  private var starts: [Int: Int] = [:]
  /// How each run of a stage's runner ended that counts: the last one, or every repetition.
  private var endings: [Int: [Failure?]] = [:]
  /// That of the runner that is read.
  private var stage = 0
  private let job: Job
  private let strictSignals: Bool
  private let rules: VerdictRules
  private var shortcomings: Shortcomings
  /// The level of the test whose runner is read.
  private var level = "0"
  /// Whether the job goes on when the time of that test is over. A console does not tell such a test from one that died.
  private var skipsTimeout = false
  /// The line that the last piece ended in, as far as it was there.
  private var carry: [UInt8] = []
  /// The job's id in the echo of the last runner.
  package private(set) var jobID: String?

  /// No line that starts a runner is longer; longer ones are not held back until they are whole.
  private static let lineLimit = 4096

  /// - Parameters:
  ///   - rules: what decides verdicts.
  ///   - strictSignals: refuse signals of helpers that cannot be proved to be of the run.
  package init(
    job: Job,
    events: EventLog,
    rules: VerdictRules = .strict,
    strictSignals: Bool = false
  ) throws(Failure) {
    self.strictSignals = strictSignals
    let namespace = job.actions.first?.common.namespace ?? "common"
    facts = NamespaceFacts(namespace, in: job)
    self.job = job
    self.rules = rules
    shortcomings = Shortcomings(rules)
    self.events = events
    var origins: [String: DefinitionOrigin] = [:]
    var definitions: [[TestShellMachine.Definition]] = []
    var patterns: [String: ParsePattern] = [:]
    for stage in facts.stages {
      definitions.append([])
      for placed in stage {
        // Its uuid holds a level that only the device decides.
        var known = TestShellMachine.Definition(suite: placed.suite, uuid: nil)
        if placed.item.isInline {
          let definition = try job.read(placed.item)
          origins[placed.suite] = DefinitionOrigin(definition, placed.item, commit: nil)
          patterns[placed.suite] = try ParsePattern(definition, file: job.file)
          known = TestShellMachine.Definition(definition, suite: placed.suite, uuid: nil)
        } else {
          // What a repository held is not in the job.
          origins[placed.suite] = DefinitionOrigin(placed.item)
        }
        definitions[definitions.count - 1].append(known)
      }
    }
    self.origins = origins
    self.definitions = definitions
    self.patterns = patterns
    recorder = ShellRecorder(events: events, namespace: namespace, level: "0", origins: origins, suites: [])
    calls = RecordedCalls(recorder)
  }

  /// What the job ended of, as far as its tests decide it: why one did not end well, that one was not started at all, or what
  /// they left out.
  package var failure: Failure? { shortcomings.verdict(after: testFailed ?? testNotStarted) }

  /// Why the first test that did not end well did not.
  private var testFailed: Failure? {
    for stage in endings.keys.sorted() {
      guard let ended = endings[stage], let failure = ended.compactMap(\.self).last else { continue }
      // As the pipeline has it: a repetition that fails stops none of those that follow (spec jobs §4.3).
      guard ended.last == .some(.none), let count = repeatCount(of: stage) else { return failure }
      var whole = failure
      whole.message = "\(ended.count { $0 != nil }) retries out of \(count) failed for lava-test-retry"
      return whole
    }
    return nil
  }

  /// How often a stage is repeated; nil for one that starts again only because it failed.
  private func repeatCount(of stage: Int) -> Int? {
    facts.stageOfAction.first { $0.value == stage }.flatMap { job.actions[$0.key].common.repeatCount }
  }

  private var testNotStarted: Failure? {
    guard let missing = facts.stages.indices.first(where: { starts[$0] == nil }) else { return nil }
    let definitions = facts.stages[missing].map(\.item.name).joined(separator: ", ")
    return Failure(
      .connectionClosed,
      "test-not-started",
      "the console ended before this test was started: \(definitions)",
      advice: "Give the whole console.log of a run of this job."
    )
  }

  /// Takes the next bytes of the console.
  package mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    if !carry.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.count
      carry += rest[..<end]
      rest = UnsafeRawBufferPointer(rebasing: rest[end...])
      guard carry.last == UInt8(ascii: "\n") || carry.count > Self.lineLimit else { return }
      let line = carry
      carry = []
      line.withUnsafeBytes { read($0) }
    }
    let lastLine = rest.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    if rest.count - lastLine <= Self.lineLimit {
      carry = Array(rest[lastLine...])
      rest = UnsafeRawBufferPointer(rebasing: rest[..<lastLine])
    }
    read(rest)
  }

  /// Takes the end of the console.
  package mutating func finish() {
    carry.withUnsafeBytes { read($0) }
    carry = []
    endRun(.endOfStream)
  }

  /// Feeds whole lines to the machine; a line that starts a runner starts a new machine.
  private mutating func read(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    var position = 0
    while let line = RunnerEcho.candidate(in: rest, from: position) {
      if let echo = RunnerEcho(rest[line]) {
        feedStream(UnsafeRawBufferPointer(rebasing: rest[..<line.lowerBound]))
        beginRun(echo)
        rest = UnsafeRawBufferPointer(rebasing: rest[line.upperBound...])
        position = 0
      } else {
        position = line.upperBound
      }
    }
    feedStream(rest)
  }

  /// What comes before a runner is not a test's, as on a board.
  private mutating func feedStream(_ bytes: UnsafeRawBufferPointer) {
    guard isRunning else { return }
    var rest = bytes
    while job.isNode, let answer = AnswerEcho(in: rest) {
      feedShell(UnsafeRawBufferPointer(rebasing: rest[..<answer.range.upperBound]))
      calls.take(answer)
      rest = UnsafeRawBufferPointer(rebasing: rest[answer.range.upperBound...])
    }
    feedShell(rest)
  }

  private mutating func feedShell(_ bytes: UnsafeRawBufferPointer) {
    let calls = calls
    _ = stream.feed(bytes, at: .zero) { calls.take($0) }
  }

  private mutating func beginRun(_ echo: RunnerEcho) {
    endRun(.prompt)
    isRunning = true
    let attempt = starts[echo.stage, default: 0] + 1
    starts[echo.stage] = attempt
    jobID = echo.jobID
    let position = facts.stageOfAction.first { $0.value == echo.stage }?.key
    let isInContainer = position.map { job.actions[$0].isInContainer } ?? false
    // Each action of a job is one block, and the test shell is the first action in its own; in a container's the third; on
    // a node of a group it is the block itself.
    let place = isInContainer ? ".3" : job.isNode ? "" : ".1"
    level = position.map { "\($0 + 1)\(place)" } ?? "0"
    let namespace = isInContainer ? DockerTest.namespace : facts.name
    // What is not repeated starts again only because it failed.
    let isRepeated = repeatCount(of: echo.stage) != nil
    let start = ActionStart(
      level: level,
      name: isInContainer ? "lava-docker-test-shell" : job.isNode ? "multinode-test" : "lava-test-shell",
      timeout: .zero,
      namespace: namespace,
      attempt: attempt,
      supersedes: attempt > 1 && !isRepeated
    )
    events.emit(.actionStarted(start))
    stage = echo.stage
    if start.supersedes {
      shortcomings.supersede(level)
      endings[stage] = nil
    }
    skipsTimeout = position.map { job.actions[$0].common.timeout?.skips ?? false } ?? false
    recorder = ShellRecorder(
      events: events,
      namespace: namespace,
      level: level,
      origins: origins,
      suites: facts.suites(of: echo.stage)
    )
    calls = RecordedCalls(recorder)
    let configuration = TestShellMachine.Configuration(
      definitions: definitions.indices.contains(echo.stage) ? definitions[echo.stage] : [],
      stage: echo.stage,
      nonce: echo.nonce ?? "0",
      strictSignals: strictSignals,
      isMultinode: job.isNode,
      jobID: echo.jobID,
      lavaVerdicts: rules == .lava
    )
    stream = PatternedStream(TestShellStream(configuration), patterns: patterns)
  }

  private mutating func endRun(_ reason: TestShellMachine.EndReason) {
    guard isRunning else { return }
    isRunning = false
    // A runner that did not say its end before the next one was started had failed, or its time was over.
    // But whoever has asked its journal, or seen the prompt behind an EXIT, knew that it was done.
    let wasCut = !stream.isOver && !stream.isEnded && stream.wholeAnswerCount == 0 && !stream.hasPlainExit
    let calls = calls
    // A call without an answer has ended the test (spec signals §6).
    let unanswered = calls.close()
    stream.end(unanswered == nil ? reason : .canceled, at: .zero) { calls.take($0) }
    stream.reportMissingCases { recorder.take($0) }
    let failure = recorder.failure ?? stream.failure ?? (rules == .lava ? nil : unanswered)
    let wasStopped = wasCut || failure != nil || skipsTimeout
    endings[stage, default: []].append(failure)
    for text in recorder.shortcomings(wasStopped: wasStopped) { shortcomings.note(text, of: level) }
  }
}
