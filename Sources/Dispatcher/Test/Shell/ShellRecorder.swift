// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Signals
import Synchronization
import TestDefinitions
import YAMLDocument

/// Where a definition came from, for the result of its run.
struct DefinitionOrigin: Sendable {
  /// A URL, or the definition itself.
  let repository: YAMLValue
  let path: String
  /// What the job asked for.
  let revision: String?
  /// What was taken.
  let commit: String?

  init(_ definition: TestDefinition, _ item: DefinitionItem, commit: String?) {
    self.init(item, commit: commit, document: definition.document.value)
  }

  /// - Parameter document: the definition itself; counts where the job holds it.
  init(_ item: DefinitionItem, commit: String? = nil, document: YAMLValue = .null) {
    repository = item.source.shownURL.map { .string($0) } ?? document
    path = item.path
    revision = item.source.revision
    self.commit = commit
  }
}

/// A call that a board makes to its group, and the result that it counts as.
struct BoardCall: Sendable {
  let call: MultinodeCall
  let result: TestCaseResult?

  /// Whether the group knows such calls; others get no answer.
  var isKnown: Bool { ["SEND", "SYNC", "WAIT", "WAIT_ALL"].contains(call.name) }
}

/// Turns what the test shell wants done into events of the job.
final class ShellRecorder: Sendable {
  private let events: EventLog
  private let namespace: String
  private let level: String
  /// By suite.
  private let origins: [String: DefinitionOrigin]
  /// Where files of the board go; nil: nowhere.
  private let files: BoardFiles?
  private let ending = Mutex<Failure?>(nil)
  private let tally: Mutex<DefinitionTally>
  /// A call of the group that is not made yet, and what the board said behind it: what comes of the call is told first.
  private let held = Mutex<[ShellEffect]>([])

  /// - Parameters:
  ///   - suites: those that the runner should run, in its order.
  ///   - files: where files of the board go; nil: they are only told of.
  init(
    events: EventLog,
    namespace: String,
    level: String,
    origins: [String: DefinitionOrigin],
    suites: [String],
    files: BoardFiles? = nil
  ) {
    self.files = files
    self.events = events
    self.namespace = namespace
    self.level = level
    self.origins = origins
    tally = Mutex(DefinitionTally(planned: suites))
  }

  /// Why the test shell ended, when it did not end well.
  var failure: Failure? { ending.withLock(\.self) }

  /// Takes the next call of the group that has come and is not made yet; tells what came before it.
  func takeCall() -> BoardCall? {
    while let effect = held.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
      if case .multinode(let call, let result) = effect { return BoardCall(call: call, result: result) }
      tell(effect)
    }
    return nil
  }

  /// Records what came of a call.
  func record(_ call: BoardCall, isAnswered: Bool) {
    guard var result = call.result else { return }
    if !isAnswered { result.result = "fail" }
    tell(.result(.testCase(result)))
  }

  /// Tells what is still held; the calls among it are not made any more.
  func finish() {
    while takeCall() != nil {}
  }

  /// What the test left out (docs/Verdicts.md); known once it is over and the missing cases are reported.
  ///
  /// - Parameter wasStopped: the test failed or ran out of time.
  func shortcomings(wasStopped: Bool) -> [String] {
    tally.withLock { $0.shortcomings(wasStopped: wasStopped) }
  }

  func take(_ effect: ShellEffect) {
    let isHeld = held.withLock { held in
      if held.isEmpty, !effect.isCall { return false }
      held.append(effect)
      return true
    }
    if !isHeld { tell(effect) }
  }

  private func tell(_ effect: ShellEffect) {
    switch effect {
    case .log(let level, let text): events.log(LogLevel(level), text)
    case .mark(let testCase, let marker): events.mark(testCase, CaseMarker(marker))
    case .result(let result):
      tally.withLock { $0.take(result) }
      events.emit(.result(record(result)))
    case .report(let report):
      for line in report.lines { events.log(.debug, line) }
    case .file(let file): keep(file)
    case .signals(let tally): events.emit(.signals(SignalRecord(tally, namespace: namespace, level: level)))
    case .failed(let failure):
      ending.withLock { $0 = Failure(failure) }
    // What other boards say is in the log as it comes.
    case .multinode, .patternChanged, .requestFeedback, .finished: break
    }
  }

  private func keep(_ file: BoardFile) {
    var place = ""
    do throws(Failure) {
      if let files { place = ": \(try files.write(file))" }
    } catch {
      return events.log(.error, "The file '\(file.name)' of the board cannot be kept: \(error.message)")
    }
    let suite = file.suite.map { " of \($0)" } ?? ""
    events.log(.info, "Received the file '\(file.name)'\(suite) (\(file.bytes.count) bytes)\(place)")
  }

  /// A result with what only the host knows of it.
  private func record(_ result: ShellResult) -> ResultRecord {
    var record = ResultRecord(result)
    switch result {
    case .runEnded(let suite, _, _):
      record.namespace = namespace
      record.repository = origins[suite]?.repository
      record.path = origins[suite]?.path
      record.revision = origins[suite]?.revision ?? "unspecified"
      record.commitID = origins[suite]?.commit
    case .runUnfinished(let suite, _, _): record.commitID = origins[suite]?.commit
    case .missingCase: record.level = level
    case .testCase, .reference, .stageFailed: break
    }
    return record
  }
}

extension ShellEffect {
  fileprivate var isCall: Bool { if case .multinode = self { true } else { false } }
}

extension ResultRecord {
  /// A result of the test shell, as the log has it (spec signals §9).
  init(_ result: ShellResult) {
    switch result {
    case .testCase(let found):
      let verdict = Verdict(rawValue: found.result) ?? .unknown
      self.init(.testCase, definition: found.definition, case: found.testCase, result: verdict)
      measurement = found.measurement
      units = found.units
      set = found.set
      if let reason = found.reason { extra = [YAMLValue.Pair("reason", .string(reason))] }
      integrity = Integrity(found.integrity)
    case .reference(let found):
      let verdict = Verdict(rawValue: found.result) ?? .unknown
      self.init(.reference, definition: found.definition, case: found.testCase, result: verdict)
      reference = found.reference
      set = found.set
      integrity = Integrity(found.integrity)
    case .runEnded(let suite, let id, let time):
      self.init(.run, case: suite, result: .pass)
      uuid = id
      duration = time
    case .runUnfinished(let suite, let id, let time):
      self.init(.unfinishedRun, case: suite, result: .fail)
      uuid = id
      duration = time
    case .stageFailed(let stage, let time):
      self.init(.unfinishedRun, case: "stage_\(stage)", result: .fail)
      duration = time
    case .missingCase(let suite, let testCase, let inSet):
      self.init(.testCase, definition: suite, case: testCase, result: .fail)
      set = inSet
      extra = [
        YAMLValue.Pair(
          "reason",
          "missing expected test cases are reported as 'fail' by LAVA."
        )
      ]
    }
  }
}

extension LogLevel {
  fileprivate init(_ level: ShellLogLevel) {
    self =
      switch level {
      case .error: .error
      case .warning: .warning
      case .info: .info
      case .debug: .debug
      case .event: .event
      }
  }
}

extension CaseMarker {
  fileprivate init(_ marker: ShellMarker) {
    self =
      switch marker {
      case .start: .start
      case .end: .end
      case .testCase: .testCase
      }
  }
}

extension Integrity {
  init(_ integrity: SignalIntegrity) {
    self =
      switch integrity {
      case .verified: .verified
      case .repaired: .repaired
      case .recovered: .recovered
      case .unverified: .unverified
      }
  }
}

extension SignalRecord {
  init(_ tally: SignalTally, namespace: String, level: String) {
    self.init(namespace: namespace, level: level)
    for (integrity, count) in tally.counts { counts[Integrity(integrity)] = count }
    lost = tally.lost
    forged = tally.forged
    forgedCount = tally.forgedCount
  }
}

extension Failure {
  init(_ failure: ShellFailure) {
    let kind: Kind =
      switch failure.kind {
      case .test: .test
      case .job: .job
      case .bug: .bug
      case .connectionClosed: .connectionClosed
      }
    self.init(kind, "test-shell", failure.message)
  }
}

extension ShellReport {
  /// The summary, line by line: header, one line a case, footer.
  fileprivate var lines: [String] {
    let cases = YAMLValue.mapping(
      entries.map { entry in
        let value: YAMLValue =
          entry.set.map { ["set": .string($0), "result": .string(entry.result)] } ?? .string(entry.result)
        return YAMLValue.Pair(.string(entry.testCase), value)
      }
    )
    // Split as bytes: characters would be told apart for each byte of the report.
    let text = YAMLEmitter.block(cases).utf8.split(separator: UInt8(ascii: "\n"))
    return [header] + text.map { String(Substring($0)) } + [footer]
  }
}
