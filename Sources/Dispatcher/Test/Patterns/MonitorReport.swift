// SPDX-License-Identifier: Apache-2.0

import Events
import JobModel
import Patterns
import Signals
import YAMLDocument

/// What a monitor makes of the matches of its pattern (spec signals §8, §10).
struct MonitorReport {
  private let monitor: Monitor
  private let level: String
  private let events: EventLog
  private var reported: Set<String> = []

  /// - Parameter level: of the action.
  init(_ monitor: Monitor, level: String, events: EventLog) {
    self.monitor = monitor
    self.level = level
    self.events = events
  }

  /// Takes a match of the monitor's pattern.
  mutating func take(_ match: PatternMatch) {
    guard let name = match.text(of: "test_case_id").map(Self.testCase) else {
      events.log(.debug, "Skipping a result without test_case_id")
      return
    }
    guard match.hasGroup("result") else { return report(name, measuredBy: match) }
    let word = match.text(of: "result")
    let fixed = word.flatMap { word in monitor.fixups.last { $0.word == word }?.result ?? word }
    guard let verdict = fixed.flatMap(Verdict.init(rawValue:)) else {
      events.log(.error, "error: bad test results: \(fixed ?? "None")")
      return
    }
    var record = record(name, verdict)
    if let text = match.text(of: "measurement") {
      record.measurement = PythonText.float(PythonText.stripped(text))
      if record.measurement == nil { events.log(.error, "Invalid measurement \(PythonText.quoted(text))") }
    }
    record.units = match.text(of: "units")
    emit(&record)
  }

  /// Reports the cases that were expected and did not come.
  func reportMissingCases() {
    let missing = Set(monitor.expected ?? []).subtracting(reported)
    guard !missing.isEmpty else { return }
    events.log(.warning, "Reporting missing expected test cases as 'fail' ...")
    for name in missing.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      var record = ResultRecord(.testCase, definition: monitor.suite, case: name, result: .fail)
      record.level = level
      record.extra = [.init("reason", "missing expected test cases are reported as 'fail' by LAVA.")]
      events.emit(.result(record))
    }
  }

  /// A pattern without a group for the result reports what was measured.
  private mutating func report(_ name: String, measuredBy match: PatternMatch) {
    guard let text = match.text(of: "measurement"), !text.isEmpty else { return }
    guard let measurement = PythonText.float(PythonText.stripped(text)) else {
      events.log(.error, "Invalid measurement \(PythonText.quoted(text))")
      return
    }
    var record = record(name, .pass)
    record.measurement = measurement
    record.units = match.text(of: "units")
    emit(&record)
  }

  private func record(_ name: String, _ verdict: Verdict) -> ResultRecord {
    var record = ResultRecord(.monitored, definition: monitor.suite, case: name, result: verdict)
    record.level = level
    record.integrity = .unverified
    return record
  }

  private mutating func emit(_ record: inout ResultRecord) {
    let name = record.testCase
    if let expected = monitor.expected, !expected.contains(name) {
      events.log(.warning, "'\(name)' not found in expected test case list!")
      if record.result != .fail {
        let verdict = record.result.rawValue
        events.log(.warning, "Forcing unexpected '\(name)' result '\(verdict)' to 'fail' ...")
        record.result = .fail
      }
    }
    reported.insert(name)
    events.emit(.result(record))
  }

  /// The name of a case: without blanks around it, in lower case, and with one `_` for each run of what is neither letter
  /// nor digit (Python's `\W+`).
  static func testCase(_ text: String) -> String {
    var name = String.UnicodeScalarView()
    var isInWord = true
    for scalar in PythonText.stripped(text).lowercased().unicodeScalars {
      let isOfWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_"
      if isOfWord {
        name.append(scalar)
      } else if isInWord {
        name.append("_")
      }
      isInWord = isOfWord
    }
    return String(name)
  }
}
