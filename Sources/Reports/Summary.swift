// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
package import Events

/// What a person reads when a job has ended: how it went, suite by suite, what failed and with which last lines, what
/// to do, and where the files are.
package struct Summary: Sendable {
  /// How many results that did not pass are told in full.
  static let shownFailures = 20

  private let job: JobSummary
  private let outcome: JobOutcome
  private let results: [CollectedResult]
  private let signals: [SignalRecord]
  private let counts: ResultCounts
  private let style: TerminalStyle

  package init(_ job: JobSummary, _ outcome: JobOutcome, _ collector: ResultCollector, style: TerminalStyle) {
    self.job = job
    self.outcome = outcome
    results = collector.results.filter { !$0.isSuperseded }
    signals = collector.signals.filter { !$0.isSuperseded }.map(\.record)
    counts = ResultCounts(collector)
    self.style = style
  }

  /// - Parameters:
  ///   - folder: where the files are.
  ///   - files: their names; left out when empty.
  package func text(folder: String, files: [String]) -> String {
    var parts = [headline, suites, signalTrouble, problems, failure]
    if !files.isEmpty { parts.append("Files in \(folder): \(files.joined(separator: ", "))\n") }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var headline: String {
    let device = job.device.map { " on \(TerminalText.plain($0))" } ?? ""
    let name = style.paint(TerminalText.plain(job.name), .bold)
    return "\(name) (job \(job.id))\(device): \(verdict), after \(outcome.duration.clockText)\n"
  }

  private var verdict: String {
    switch ExitCode(outcome, counts) {
    case .success where counts.tests == 0: style.paint("finished, without any test", .green)
    case .success: style.paint("all tests passed", .green)
    case .testsFailed: style.paint("not all tests passed", .red)
    case .invalid: style.paint("the job is invalid", .red)
    case .infrastructure: style.paint("the infrastructure failed", .red)
    case .jobError: style.paint("the job could not be done", .red)
    case .canceled: style.paint("canceled", .yellow)
    case .bug: style.paint("Pumice has a bug", .red)
    }
  }

  /// A table of the suites with tests.
  private var suites: String {
    var order: [String] = []
    var groups: [String: [CollectedResult]] = [:]
    for result in results where result.record.origin.isTest {
      let name = result.record.definition
      if groups[name] == nil { order.append(name) }
      groups[name, default: []].append(result)
    }
    guard !order.isEmpty else { return "" }
    let rows = order.map { name in
      let counts = ResultCounts(groups[name] ?? [])
      return [TerminalText.plain(name)]
        + [counts.passed, counts.failed, counts.skipped, counts.unknown].map { String($0) }
    }
    let table = [["suite", "pass", "fail", "skip", "unknown"]] + rows
    let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    return table.map { row in
      let cells = row.enumerated().map { column, cell in
        let blank = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + blank : blank + cell
      }
      return "  \(cells.joined(separator: "  "))\n"
    }.joined()
  }

  /// How the signals came, where not all came as they should: what was mended, asked for, lost or forged.
  private var signalTrouble: String {
    signals.filter { $0.counts.keys.contains { $0 != .verified } || !$0.lost.isEmpty || $0.forgedCount > 0 }
      .map { record in
        let isLost = !record.lost.isEmpty
        var text = isLost ? style.paint("\(record.text)\n", .red) : "\(record.text)\n"
        for forged in record.forged.prefix(3) { text += "  forged: \(TerminalText.plain(forged))\n" }
        return text
      }.joined()
  }

  /// Every test that did not pass, with what the board said last.
  private var problems: String {
    let problems = results.filter(isProblem)
    guard !problems.isEmpty else { return "" }
    var text = "Did not pass:\n"
    for result in problems.prefix(Self.shownFailures) {
      let record = result.record
      let name = [record.definition, record.set, record.testCase].compactMap { $0 }.joined(separator: "/")
      text += "  \(style.paint(reason(of: record), .red)) \(TerminalText.plain(name))\n"
      for line in result.lastLines { text += "    | \(TerminalText.plain(line))\n" }
    }
    let hidden = problems.count - Self.shownFailures
    if hidden > 0 { text += "  and \(hidden) more, all in the result files\n" }
    return text
  }

  private func isProblem(_ result: CollectedResult) -> Bool {
    let record = result.record
    switch record.origin {
    case .unfinishedRun: return true
    case .session: return record.result == .fail
    case .testCase, .reference, .monitored, .command: return record.result == .fail || record.result == .unknown
    // What stopped the job is told by itself; an action that failed although the job went on is not.
    case .action: return record.actionFailure != nil && !outcome.wasStopped
    case .validation, .run, .job: return false
    }
  }

  private func reason(of record: ResultRecord) -> String {
    if record.origin == .unfinishedRun || record.origin == .session { return "unfinished" }
    return record.result.rawValue
  }

  private var failure: String {
    guard let failure = outcome.failure, failure.kind != .canceled else { return "" }
    let label = outcome.wasStopped ? "\(failure.kind.errorType) error:" : "The job left something out:"
    var text = "\(style.paint(label, .red)) \(TerminalText.plain(failure.message))\n"
    let details = [failure.place.map { "at \($0)" }, failure.cause, failure.advice].compactMap { $0 }
    for line in details.flatMap({ $0.split(separator: "\n") }) { text += "  \(TerminalText.plain(String(line)))\n" }
    return text
  }
}
