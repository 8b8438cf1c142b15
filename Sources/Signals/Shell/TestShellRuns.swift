// SPDX-License-Identifier: Apache-2.0

/// A run whose ENDRUN was not seen when the next one began.
struct OpenRun: Sendable {
  let suite: String
  let uuid: String
  let duration: Duration
  let report: [ShellReport.Entry]
  var isEnded = false
}

// Definitions that begin and end (spec signals §3.1, 3.2, 4, 8).
extension TestShellMachine {
  /// The words for results that count where no `parse` block says otherwise (spec signals §2).
  static let defaultFixups: [Fixup] = [
    ("PASS", "pass"), ("FAIL", "fail"), ("SKIP", "skip"), ("UNKNOWN", "unknown"),
  ]

  mutating func startRun(
    _ words: SignalWords,
    at now: Duration,
    _ emit: (ShellEffect) -> Void
  ) throws(ShellFailure) {
    guard words.count >= 2 else { throw ShellFailure(.test, "Invalid signal") }
    let suite = words[0]
    let uuid = words[1]
    if case .run(suite, uuid) = pending {
      // The same line once more, say from the kernel's log: the run that is open goes on.
    } else {
      closeOverwritten(at: now, emit)
      keepUnendedReport()
    }
    definition = suite
    self.uuid = uuid
    startedAt = now
    report = []
    reportIndex = [:]
    expected = runningDefinition(suite, uuid)?.expected.map(Set.init)
    emit(.log(.info, "Starting test lava.\(suite) (\(uuid))"))
    if let definition = configuration.definitions.first(where: { $0.suite == suite }) {
      enablePattern(of: definition, emit)
    }
    pending = .run(definition: suite, uuid: uuid)
  }

  /// The definition that a run is of: by its uuid, as LAVA has it.
  private func runningDefinition(_ suite: String, _ uuid: String) -> Definition? {
    configuration.definitions.first { $0.uuid.map { $0 == uuid } ?? ($0.suite == suite) }
  }

  private mutating func enablePattern(of definition: Definition, _ emit: (ShellEffect) -> Void) {
    guard let parse = definition.parse else {
      emit(.log(.info, "Skipping test definition patterns."))
      return
    }
    fixups = parse.fixups ?? []
    hasPattern = true
    let shown = parse.fixups.map { fixups in PythonText.quoted(fixups.map { ($0.word, $0.result) }) }
    emit(.log(.info, "Enabling test definition pattern \(PythonText.quoted(parse.pattern))"))
    emit(.log(.info, "Enabling test definition fixup \(shown ?? "''")"))
    emit(.patternChanged(suite: definition.suite))
  }

  mutating func endRun(
    _ words: SignalWords,
    at now: Duration,
    _ emit: (ShellEffect) -> Void
  ) throws(ShellFailure) {
    guard words.count >= 2 else { throw ShellFailure(.test, "Invalid signal") }
    let suite = words[0]
    let uuid = words[1]
    reportMissingAtEnd(of: suite, uuid, suite == definition ? Set(reportIndex.keys) : [], emit)
    fixups = Self.defaultFixups
    emit(.log(.info, "Ending use of test pattern."))
    let duration = now - (startedAt ?? now)
    emit(.log(.info, "Ending test lava.\(suite) (\(uuid)), duration \(PythonText.seconds(duration))"))
    disablePattern(emit)
    pending = nil
    emit(.result(.runEnded(definition: suite, uuid: uuid, duration: duration)))
    endedSuites.insert(suite)
    if suite == definition, !report.isEmpty { emit(.report(ShellReport(definition: suite, entries: report))) }
  }

  private mutating func disablePattern(_ emit: (ShellEffect) -> Void) {
    guard hasPattern else { return }
    hasPattern = false
    emit(.patternChanged(suite: nil))
  }

  private func reportMissingAtEnd(
    of suite: String,
    _ uuid: String,
    _ reported: Set<String>,
    _ emit: (ShellEffect) -> Void
  ) {
    guard let expected = runningDefinition(suite, uuid)?.expected else { return }
    reportMissing(Set(expected).subtracting(reported), of: suite, emit)
  }

  /// Reports the run or stage that is open as failed.
  mutating func closePending(at now: Duration, _ emit: (ShellEffect) -> Void) {
    guard let pending else { return }
    self.pending = nil
    emit(.log(.error, "Marking unfinished test run as failed"))
    let duration = now - (startedAt ?? now)
    switch pending {
    case .run(let definition, let uuid):
      emit(.result(.runUnfinished(definition: definition, uuid: uuid, duration: duration)))
    case .stage:
      emit(.result(.stageFailed(stage: configuration.stage, duration: duration)))
    }
  }

  /// Closes what is open because something else begins. LAVA forgets it.
  mutating func closeOverwritten(at now: Duration, _ emit: (ShellEffect) -> Void) {
    if setsRunsAside, case .run(let suite, let uuid) = pending {
      pending = nil
      if !configuration.lavaVerdicts {
        fixups = Self.defaultFixups
        disablePattern(emit)
      }
      runsAside.append(OpenRun(suite: suite, uuid: uuid, duration: now - (startedAt ?? now), report: report))
    } else if configuration.lavaVerdicts {
      pending = nil
    } else {
      closePending(at: now, emit)
    }
  }

  /// Notes that a run that was set aside came to its end.
  mutating func endRunAside(_ suite: String) {
    for index in runsAside.indices where runsAside[index].suite == suite { runsAside[index].isEnded = true }
  }

  /// Reports the runs that were set aside.
  mutating func closeRunsAside(_ emit: (ShellEffect) -> Void) {
    for run in runsAside {
      guard run.isEnded else {
        if configuration.lavaVerdicts { continue }
        emit(.log(.error, "Marking unfinished test run as failed"))
        emit(.result(.runUnfinished(definition: run.suite, uuid: run.uuid, duration: run.duration)))
        continue
      }
      reportMissingAtEnd(of: run.suite, run.uuid, Set(run.report.map(\.testCase)), emit)
      emit(.log(.info, "Ending test lava.\(run.suite) (\(run.uuid)), duration \(PythonText.seconds(run.duration))"))
      emit(.result(.runEnded(definition: run.suite, uuid: run.uuid, duration: run.duration)))
      endedSuites.insert(run.suite)
      if !run.report.isEmpty { emit(.report(ShellReport(definition: run.suite, entries: run.report))) }
    }
    runsAside = []
  }

  /// Remembers which cases a run reported that was left without its end.
  private mutating func keepUnendedReport() {
    guard let uuid, !endedSuites.contains(definition),
      runningDefinition(definition, uuid)?.isExpectedByJob == true
    else { return }
    unended[definition, default: []].formUnion(reportIndex.keys)
  }

  /// Reports the cases that the job expects of definitions that did not end: once, after the job (spec signals §4).
  package mutating func reportMissingCases(_ emit: (ShellEffect) -> Void) {
    keepUnendedReport()
    for definition in configuration.definitions where definition.isExpectedByJob {
      guard let expected = definition.expected, endedSuites.insert(definition.suite).inserted else { continue }
      reportMissing(Set(expected).subtracting(unended[definition.suite] ?? []), of: definition.suite, emit)
    }
  }

  private func reportMissing(_ missing: Set<String>, of suite: String, _ emit: (ShellEffect) -> Void) {
    guard !missing.isEmpty else { return }
    emit(.log(.warning, "Reporting missing expected test cases as 'fail' ..."))
    for testCase in missing.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      emit(.result(.missingCase(definition: suite, testCase: testCase, set: testSet)))
    }
  }
}
