// SPDX-License-Identifier: Apache-2.0

internal import Events

/// `junit.xml`, as Jenkins and its many readers understand it: what counts, not what a later try replaced.
///
/// A suite of LAVA's is a `testsuite`, a result a `testcase` whose `classname` is the suite (and the set). A case that did
/// not pass is a `failure`; what kept the job or a definition from coming to its end, and a verdict that is missing, is an
/// `error`. Measurements are properties of the suite, since Jenkins' schema has none for a case; so is how results came
/// (`integrity`: all that are not named came verified). Signals that are lost are errors of a suite `signals`.
///
/// What LAVA's own suite `lava` says of actions, definitions and the job is no test that somebody wrote: of it only what
/// failed is there. How long a definition ran is the time of its suite.
package struct JUnitReport: Sendable {
  private let job: JobSummary
  private let results: [CollectedResult]
  private let lost: [SignalRecord]
  private let duration: Duration

  package init(_ job: JobSummary, _ collector: ResultCollector) {
    self.job = job
    results = collector.results.filter { !$0.isSuperseded }
    lost = collector.signals.filter { !$0.isSuperseded && !$0.record.lost.isEmpty }.map(\.record)
    duration = collector.span.map { Duration.nanoseconds($0.ended - $0.started) } ?? .zero
  }

  /// Writes the report.
  ///
  /// - Parameter output: takes it in pieces, in order.
  package func write<Refusal>(to output: ([UInt8]) throws(Refusal) -> Void) throws(Refusal) {
    let counted = results.filter { Self.counts($0.record) }
    let times = Self.runTimes(results)
    var order: [String] = []
    var suites: [String: [CollectedResult]] = [:]
    for result in counted {
      let name = result.record.definition
      if suites[name] == nil { order.append(name) }
      suites[name, default: []].append(result)
    }
    var writer = XMLWriter()
    let totals = Self.totals(counted, more: lost.count)
    writer.open("testsuites", [("name", job.name)] + totals + [("time", duration.secondsText)])
    for name in order {
      let results = suites[name] ?? []
      Self.open(name, results, times[name] ?? .zero, in: &writer)
      for result in results {
        Self.write(result, to: &writer)
        try writer.passOn(to: output)
      }
      writer.close()
    }
    if !lost.isEmpty { Self.writeLost(lost, to: &writer) }
    writer.close()
    try writer.finish(output)
  }

  private enum Kind {
    case passed, skipped, failed, broken
  }

  private static func counts(_ record: ResultRecord) -> Bool {
    record.origin.isTest || kind(of: record) == .broken
  }

  /// How long the definition of each suite ran.
  private static func runTimes(_ results: [CollectedResult]) -> [String: Duration] {
    results.map(\.record).filter { $0.origin == .run || $0.origin == .unfinishedRun }
      .reduce(into: [:]) { times, run in times[run.testCase, default: .zero] += run.duration ?? .zero }
  }

  private static func kind(of record: ResultRecord) -> Kind {
    switch (record.result, record.origin) {
    case (.pass, _): return .passed
    case (.skip, _): return .skipped
    case (.fail, let origin) where origin.isTest: return .failed
    case (.fail, _), (.unknown, _): return .broken
    }
  }

  /// - Parameter more: errors that are no results.
  private static func totals(_ results: [CollectedResult], more: Int = 0) -> [(String, String)] {
    let kinds = results.map { kind(of: $0.record) }
    return [
      ("tests", String(kinds.count + more)), ("failures", String(kinds.count { $0 == .failed })),
      ("errors", String(kinds.count { $0 == .broken } + more)),
    ]
  }

  private static func writeLost(_ records: [SignalRecord], to writer: inout XMLWriter) {
    writer.open("testsuite", [("name", "signals")] + totals([], more: records.count))
    for record in records {
      writer.open("testcase", [("name", record.level), ("classname", "signals"), ("time", "0.00")])
      let numbers = record.lostNumbers.joined(separator: ", ")
      writer.leaf("error", [("message", "signals \(numbers) of the board were lost"), ("type", "lost")], record.text)
      writer.close()
    }
    writer.close()
  }

  /// Begins a suite: what is said of it as a whole.
  private static func open(
    _ suite: String,
    _ results: [CollectedResult],
    _ time: Duration,
    in writer: inout XMLWriter
  ) {
    let skipped = results.count { kind(of: $0.record) == .skipped }
    let start = results.first.map { Timestamp(nanoseconds: $0.time).iso8601.prefix(19) } ?? ""
    writer.open(
      "testsuite",
      [("name", suite)] + totals(results)
        + [("skipped", String(skipped)), ("time", time.secondsText), ("timestamp", String(start))]
    )
    let measured = results.filter { $0.record.measurement != nil }
    let integrity = integrityProperties(of: results)
    if !measured.isEmpty || !integrity.isEmpty {
      writer.open("properties")
      for result in measured { writeMeasurement(result.record, to: &writer) }
      for property in integrity { writer.leaf("property", [("name", property.name), ("value", property.value)]) }
      writer.close()
    }
  }

  private static func writeMeasurement(_ record: ResultRecord, to writer: inout XMLWriter) {
    guard let measurement = record.measurement else { return }
    let name = name(of: record)
    let value = [String(measurement), record.units ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    writer.leaf("property", [("name", name), ("value", value)])
  }

  private static func name(of record: ResultRecord) -> String {
    [record.set, record.testCase].compactMap { $0 }.joined(separator: "/")
  }

  /// How many results of a suite came in which way, and each that did not come verified.
  private static func integrityProperties(of results: [CollectedResult]) -> [(name: String, value: String)] {
    let counts = Integrity.allCases.compactMap { integrity -> String? in
      let count = results.count { $0.record.integrity == integrity }
      return count == 0 ? nil : "\(count) \(integrity.rawValue)"
    }
    guard !counts.isEmpty else { return [] }
    let others = results.compactMap { result -> (name: String, value: String)? in
      guard let integrity = result.record.integrity, integrity != .verified else { return nil }
      return ("integrity of \(name(of: result.record))", integrity.rawValue)
    }
    return [("integrity", counts.joined(separator: ", "))] + others
  }

  private static func write(_ result: CollectedResult, to writer: inout XMLWriter) {
    let record = result.record
    let className = [record.definition, record.set].compactMap { $0 }.joined(separator: ".")
    let attributes = [
      ("name", record.testCase), ("classname", className), ("time", (record.duration ?? .zero).secondsText),
    ]
    let lines = result.lastLines.map(TerminalText.plain).joined(separator: "\n")
    switch kind(of: record) {
    case .passed: writer.leaf("testcase", attributes)
    case .skipped:
      writer.open("testcase", attributes)
      writer.leaf("skipped")
      writer.close()
    case .failed:
      writer.open("testcase", attributes)
      writer.leaf("failure", [("message", "\(record.testCase) failed"), ("type", "fail")], lines)
      writer.close()
    case .broken:
      writer.open("testcase", attributes)
      writer.leaf(
        "error",
        [("message", reason(of: record)), ("type", record.errorType ?? record.result.rawValue)],
        lines
      )
      writer.close()
    }
  }

  private static func reason(of record: ResultRecord) -> String {
    if let message = record.errorMessage { return message }
    if let message = record.actionFailure { return message }
    if record.origin == .unfinishedRun || record.origin == .session {
      return "\(record.testCase) did not come to its end"
    }
    return "\(record.testCase): \(record.result.rawValue)"
  }
}
