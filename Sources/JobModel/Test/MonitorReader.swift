// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Patterns
import YAMLDocument

extension Reading {
  /// The items of `monitors`.
  func monitors(_ reader: inout MappingReader) -> [Monitor] {
    guard let items = reader.list("monitors") else { return [] }
    if items.isEmpty, let entry = reader.entry("monitors") {
      report(.warning, "no-monitors", "'monitors' is empty: this test looks for nothing", at: entry.key)
    }
    let monitors = items.compactMap(monitor)
    reportDuplicates(of: "the monitor", monitors.map { ($0.suite, $0.node) })
    return monitors
  }

  private func monitor(_ item: YAMLNode) -> Monitor? {
    guard var reader = MappingReader(item, what: "the monitor", reading: self) else { return nil }
    let name = reader.filledString("name", required: true)
    if let name, name.unicodeScalars.contains(where: { !$0.isOfResultName && $0 != " " }),
      let node = reader.node("name")
    {
      report(
        .warning,
        "result-name",
        "LAVA's server takes no results of a monitor named '\(name.shortened)'",
        at: node,
        expected: resultNameRule
      )
    }
    let start = reader.pattern("start", required: true)
    let end = reader.pattern("end", required: true)
    let pattern = resultPattern(&reader)
    let fixups = fixups(&reader)
    let expected = reader.strings("expected")
    reader.close()
    guard let name, let start, let end, let pattern else { return nil }
    return Monitor(
      name: name,
      start: start,
      end: end,
      pattern: pattern,
      fixups: fixups,
      expected: expected,
      node: item
    )
  }

  /// The pattern of results. One without the groups that LAVA looks for finds nothing.
  private func resultPattern(_ reader: inout MappingReader) -> JobPattern? {
    guard let node = reader.node("pattern", required: true, expected: "a regular expression") else { return nil }
    return pattern(node, what: "'pattern'") { (pattern) throws(PatternError) in
      let lacking = pattern.groupNames["test_case_id"] == nil ? "'test_case_id'" : "'result' or 'measurement'"
      let isWhole = ["result", "measurement"].contains { pattern.groupNames[$0] != nil }
      if !isWhole || pattern.groupNames["test_case_id"] == nil {
        report(
          .warning,
          "missing-group",
          "the pattern has no group \(lacking): nothing is reported where it matches",
          at: node,
          expected: "(?P<test_case_id>...) and (?P<result>...)"
        )
      }
      guard try pattern.firstMatch(in: []) != nil else { return }
      report(
        .error,
        "pattern-matches-nothing",
        "the pattern '\(pattern.source.shortened)' matches an empty text: it would never come to an end",
        at: node,
        advice: "Make at least one character of it necessary."
      )
    }
  }

  private func fixups(_ reader: inout MappingReader) -> [(word: String, result: String)] {
    guard var table = reader.mapping("fixupdict") else { return [] }
    return table.table().compactMap { word, entry in
      guard let result = string(entry.value, what: "the result of '\(word.shortened)'") else { return nil }
      let known = ["pass", "fail", "skip", "unknown"]
      guard !known.contains(result) else { return (word, result) }
      report(
        .error,
        "unknown-value",
        "'\(result.shortened)' is not a result",
        at: entry.value,
        expected: Expectation.one(of: known),
        suggestion: Suggestion.nearest(to: result, among: known)
      )
      return nil
    }
  }

  /// Warns of results that cannot be told apart.
  func reportDuplicates(of what: String, _ named: [(name: String, node: YAMLNode)]) {
    var first: [String: YAMLNode] = [:]
    for (name, node) in named {
      guard let earlier = first[name] else {
        first[name] = node
        continue
      }
      report(
        .warning,
        "duplicate-name",
        "\(what) of line \(place(of: earlier).line) reports as '\(name.shortened)' too",
        at: node,
        advice: "Give one of them another name: their results cannot be told apart."
      )
    }
  }
}

/// What a name of results can hold.
let resultNameRule = "letters, digits, '_', '-' and '.'"

extension Unicode.Scalar {
  /// Whether LAVA's server takes it in the name of a result (spec signals §9).
  var isOfResultName: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".": true
    default: false
    }
  }
}
