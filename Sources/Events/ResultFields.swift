// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

extension ResultRecord {
  /// The keys and values of its line in LAVA's log, in LAVA's order (spec signals §9). What Pumice knows beyond
  /// LAVA (`integrity`) is not among them.
  package var logFields: [YAMLValue.Pair] {
    var fields = FieldList()
    switch origin {
    case .validation, .job: addHead(&fields)
    case .action:
      fields.add("definition", definition)
      fields.add("namespace", namespace)
      fields.add("case", testCase)
      fields.add("level", level)
      fields.add("duration", duration?.secondsText)
      fields.add("result", result.rawValue)
    case .run: addRun(&fields)
    case .unfinishedRun:
      fields.add("definition", definition)
      fields.add("case", testCase)
      fields.add("uuid", uuid)
      fields.add("result", result.rawValue)
      fields.add("commit_id", commitID)
      fields.add("duration", duration?.secondsText)
    case .testCase:
      addHead(&fields)
      fields.add("level", level)
    case .monitored:
      fields.add("definition", definition)
      fields.add("case", testCase)
      fields.add("level", level)
      fields.add("result", result.rawValue)
    case .command, .session:
      addHead(&fields)
      fields.add("duration", duration?.secondsText)
    case .reference:
      fields.add("case", testCase)
      fields.add("definition", definition)
      fields.add("result", result.rawValue)
      fields.add("reference", reference)
    }
    addTail(&fields)
    return fields.pairs
  }

  /// What an action of the pipeline failed of. Not there where an action only reports a finding.
  package var actionFailure: String? {
    guard origin == .action, result == .fail else { return nil }
    return extra.first { $0.key == "fail" }?.value.string
  }

  private func addHead(_ fields: inout FieldList) {
    fields.add("definition", definition)
    fields.add("case", testCase)
    fields.add("result", result.rawValue)
  }

  private func addRun(_ fields: inout FieldList) {
    fields.add("definition", definition)
    fields.add("case", testCase)
    fields.add("uuid", uuid)
    if let repository { fields.pairs.append(YAMLValue.Pair("repository", repository)) }
    fields.add("path", path)
    fields.add("duration", duration?.secondsText)
    fields.add("result", result.rawValue)
    fields.add("revision", revision)
    fields.add("namespace", namespace)
    fields.add("commit_id", commitID)
  }

  /// What any origin may have, and what only one has but always at the end.
  private func addTail(_ fields: inout FieldList) {
    if !extra.isEmpty { fields.pairs.append(YAMLValue.Pair("extra", .mapping(extra))) }
    if let measurement { fields.pairs.append(YAMLValue.Pair("measurement", .float(measurement))) }
    fields.add("units", units)
    fields.add("set", set)
    fields.add("error_msg", errorMessage)
    fields.add("error_type", errorType)
    if let startLine { fields.pairs.append(YAMLValue.Pair("starttc", .int(startLine))) }
    if let endLine { fields.pairs.append(YAMLValue.Pair("endtc", .int(endLine))) }
  }
}

/// Keys and values in order; what is not there leaves no key.
struct FieldList {
  var pairs: [YAMLValue.Pair] = []

  mutating func add(_ key: String, _ value: String?) {
    if let value { pairs.append(YAMLValue.Pair(.string(key), .string(value))) }
  }
}
