// SPDX-License-Identifier: Apache-2.0

internal import Events

/// `junit.xml`, as Jenkins and its many readers understand it: what counts, not what a later try replaced.
///
/// A suite of LAVA's is a `testsuite`, a result a `testcase` whose `classname` is the suite (and the set). A case that did
/// not pass is a `failure`; what kept the job or a definition from coming to its end, and a verdict that is missing, is an
/// `error`. Measurements are properties of the suite: Jenkins' schema has none for a case.
///
/// What LAVA's own suite `lava` says of actions, definitions and the job is no test that somebody wrote: of it only what
/// failed is there. How long a definition ran is the time of its suite.
package struct JUnitReport: Sendable {
  package let text: String

  package init(_ job: JobSummary, _ collector: ResultCollector) {
    let results = collector.results.filter { !$0.isSuperseded }
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
    let duration = collector.span.map { Duration.nanoseconds($0.ended - $0.started) } ?? .zero
    writer.open("testsuites", [("name", job.name)] + Self.totals(counted) + [("time", duration.secondsText)])
    for name in order { Self.write(suites[name] ?? [], of: name, times[name] ?? .zero, to: &writer) }
    writer.close()
    text = writer.text
  }

  private enum Kind {
    case passed, skipped, failed, broken
  }

  private static func counts(_ record: ResultRecord) -> Bool {
    record.origin.isTest ? record.integrity != .forged : kind(of: record) == .broken
  }

  /// How long the definition of each suite ran.
  private static func runTimes(_ results: [CollectedResult]) -> [String: Duration] {
    results.map(\.record).filter { $0.origin == .run || $0.origin == .unfinishedRun }
      .reduce(into: [:]) { times, run in times[run.testCase, default: .zero] += run.duration ?? .zero }
  }

  private static func kind(of record: ResultRecord) -> Kind {
    if record.integrity == .lost { return .broken }
    switch (record.result, record.origin) {
    case (.pass, _): return .passed
    case (.skip, _): return .skipped
    case (.fail, let origin) where origin.isTest: return .failed
    case (.fail, _), (.unknown, _): return .broken
    }
  }

  private static func totals(_ results: [CollectedResult]) -> [(String, String)] {
    let kinds = results.map { kind(of: $0.record) }
    return [
      ("tests", String(kinds.count)), ("failures", String(kinds.count { $0 == .failed })),
      ("errors", String(kinds.count { $0 == .broken })),
    ]
  }

  private static func write(
    _ results: [CollectedResult],
    of suite: String,
    _ time: Duration,
    to writer: inout XMLWriter
  ) {
    let skipped = results.count { kind(of: $0.record) == .skipped }
    let start = results.first.map { Timestamp(nanoseconds: $0.time).iso8601.prefix(19) } ?? ""
    writer.open(
      "testsuite",
      [("name", suite)] + totals(results)
        + [("skipped", String(skipped)), ("time", time.secondsText), ("timestamp", String(start))]
    )
    let measured = results.filter { $0.record.measurement != nil }
    if !measured.isEmpty {
      writer.open("properties")
      for result in measured { writeMeasurement(result.record, to: &writer) }
      writer.close()
    }
    for result in results { write(result, to: &writer) }
    writer.close()
  }

  private static func writeMeasurement(_ record: ResultRecord, to writer: inout XMLWriter) {
    guard let measurement = record.measurement else { return }
    let name = [record.set, record.testCase].compactMap { $0 }.joined(separator: "/")
    let value = [String(measurement), record.units ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    writer.leaf("property", [("name", name), ("value", value)])
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
    if record.integrity == .lost { return "the result was lost on its way from the board" }
    if record.origin == .unfinishedRun || record.origin == .session {
      return "\(record.testCase) did not come to its end"
    }
    return "\(record.testCase): \(record.result.rawValue)"
  }
}
