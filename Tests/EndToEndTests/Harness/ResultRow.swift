// SPDX-License-Identifier: Apache-2.0

import YAMLDocument

/// A result as a person would name it: what a run's results are compared by.
struct ResultRow: Hashable {
  var suite: String
  var testCase: String
  var set: String?
  var result: String
  var measurement: Double?
  var units: String?
  var integrity: String?
  /// Whether a later attempt took its place.
  var isSuperseded = false

  /// A case of a test, with a signal whose trailer was right.
  static func test(
    _ suite: String,
    _ testCase: String,
    _ result: String,
    set: String? = nil,
    measurement: Double? = nil,
    units: String? = nil,
    integrity: String = "verified"
  ) -> ResultRow {
    ResultRow(
      suite: suite,
      testCase: testCase,
      set: set,
      result: result,
      measurement: measurement,
      units: units,
      integrity: integrity
    )
  }

  /// A result of the suite `lava`.
  static func lava(_ testCase: String, _ result: String = "pass") -> ResultRow {
    ResultRow(suite: "lava", testCase: testCase, result: result)
  }

  /// The same of an attempt that did not remain the last one.
  var superseded: ResultRow {
    var row = self
    row.isSuperseded = true
    return row
  }
}

extension ResultRow: CustomStringConvertible {
  var description: String {
    let name = [suite, set, testCase].compactMap { $0 }.joined(separator: "/")
    let more = [measurement.map { "\($0)" }, units, integrity, isSuperseded ? "superseded" : nil].compactMap { $0 }
    return ([name, result] + more).joined(separator: " ")
  }
}

extension ResultRow {
  init(_ value: YAMLValue) {
    suite = value["suite"]?.string ?? "no suite"
    testCase = value["case"]?.string ?? "no case"
    set = value["set"]?.string
    result = value["result"]?.string ?? "no result"
    measurement = if case .float(let number) = value["measurement"] { number } else { nil }
    units = value["units"]?.string
    integrity = value["integrity"]?.string
    isSuperseded = value["superseded"] == true
  }

  /// The results of a results document, in order.
  static func all(in document: YAMLValue) -> [ResultRow] { (document["results"]?.sequence ?? []).map(ResultRow.init) }
}
