// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import Events
package import JobModel
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
  private var recorder: ShellRecorder
  private var stream = TestShellStream(TestShellMachine.Configuration(definitions: [], nonce: nil))
  private var isRunning = false
  /// How often the runner of each stage was started.
  private var starts: [Int: Int] = [:]
  private let job: Job
  private let strictSignals: Bool
  /// The line that the last piece ended in, as far as it was there.
  private var carry: [UInt8] = []
  /// The job's id in the echo of the last runner.
  package private(set) var jobID: String?

  /// No line that starts a runner is longer; longer ones are not held back until they are whole.
  private static let lineLimit = 4096

  /// - Parameter strictSignals: refuse signals of helpers that cannot be proved to be of the run.
  package init(job: Job, events: EventLog, strictSignals: Bool = false) throws(Failure) {
    self.strictSignals = strictSignals
    let namespace = job.actions.first?.common.namespace ?? "common"
    facts = NamespaceFacts(namespace, in: job)
    self.job = job
    self.events = events
    var origins: [String: DefinitionOrigin] = [:]
    var definitions: [[TestShellMachine.Definition]] = []
    for stage in facts.stages {
      definitions.append([])
      for placed in stage {
        // Its uuid holds a level that only the device decides.
        var known = TestShellMachine.Definition(suite: placed.suite, uuid: nil)
        if case .inline = placed.item.source {
          let definition = try job.read(placed.item)
          origins[placed.suite] = DefinitionOrigin(definition)
          known = TestShellMachine.Definition(definition, suite: placed.suite, uuid: nil)
        }
        definitions[definitions.count - 1].append(known)
      }
    }
    self.origins = origins
    self.definitions = definitions
    recorder = ShellRecorder(events: events, namespace: namespace, level: "0", origins: origins)
  }

  /// Why the last test did not end well, if it did not; or that a test of the job was not started at all.
  package var failure: Failure? {
    if let failure = recorder.failure { return failure }
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
    _ = stream.feed(bytes, at: .zero) { recorder.take($0) }
  }

  private mutating func beginRun(_ echo: RunnerEcho) {
    endRun(.prompt)
    isRunning = true
    let attempt = starts[echo.stage, default: 0] + 1
    starts[echo.stage] = attempt
    jobID = echo.jobID
    // Each action of a job is one block, and the test shell is the first action in its own.
    let position = facts.stageOfAction.first { $0.value == echo.stage }?.key
    let level = position.map { "\($0 + 1).1" } ?? "0"
    // What is not repeated starts again only because it failed.
    let isRepeated = position.map { job.actions[$0].common.repeatCount != nil } ?? false
    let start = ActionStart(
      level: level,
      name: "lava-test-shell",
      timeout: .zero,
      namespace: facts.name,
      attempt: attempt,
      supersedes: attempt > 1 && !isRepeated
    )
    events.emit(.actionStarted(start))
    recorder = ShellRecorder(events: events, namespace: facts.name, level: level, origins: origins)
    stream = TestShellStream(
      TestShellMachine.Configuration(
        definitions: definitions.indices.contains(echo.stage) ? definitions[echo.stage] : [],
        stage: echo.stage,
        nonce: echo.nonce ?? "0",
        strictSignals: strictSignals,
        jobID: echo.jobID
      )
    )
  }

  private mutating func endRun(_ reason: TestShellMachine.EndReason) {
    guard isRunning else { return }
    isRunning = false
    stream.end(reason, at: .zero) { recorder.take($0) }
    stream.reportMissingCases { recorder.take($0) }
  }
}
