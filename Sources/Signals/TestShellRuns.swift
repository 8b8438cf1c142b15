// SPDX-License-Identifier: Apache-2.0

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
    if let expected = runningDefinition(suite, uuid)?.expected {
      let reported = suite == self.definition ? Set(reportIndex.keys) : []
      reportMissing(Set(expected).subtracting(reported), of: suite, emit)
    }
    fixups = Self.defaultFixups
    emit(.log(.info, "Ending use of test pattern."))
    let duration = now - (startedAt ?? now)
    emit(.log(.info, "Ending test lava.\(suite) (\(uuid)), duration \(PythonText.seconds(duration))"))
    if hasPattern {
      hasPattern = false
      emit(.patternChanged(suite: nil))
    }
    pending = nil
    emit(.result(.runEnded(definition: suite, uuid: uuid, duration: duration)))
    endedSuites.insert(suite)
    if suite == definition, !report.isEmpty { emit(.report(ShellReport(definition: suite, entries: report))) }
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
    if configuration.lavaVerdicts {
      pending = nil
    } else {
      closePending(at: now, emit)
    }
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
