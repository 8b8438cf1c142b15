// SPDX-License-Identifier: Apache-2.0

/// What a TESTCASE signal says, read so that as little as possible is lost: where LAVA drops a result because one of its
/// values is not as it should be, here the rest of it counts, and what is wrong is told (docs/Signals.md, "Values").
struct TestCaseValues {
  let testCase: String
  /// `pass`, `fail`, `skip` or `unknown`.
  let result: String
  private(set) var measurement: Double?
  private(set) var units: String?
  /// Why it has its result.
  private(set) var reason: String?
  /// What was wrong.
  private(set) var warnings: [String] = []

  /// - Parameters:
  ///   - words: of the signal's parameters.
  ///   - fixups: words for results that are not the four, and what they mean; the last one of a word counts.
  /// - Returns: `nil` when there is no name of a test case.
  init?(_ words: SignalWords, fixups: [TestShellMachine.Fixup]) {
    if let usual = Self.usual(words, fixups), !usual.testCase.isEmpty, usual.measurement?.isFinite ?? true {
      self.init(usual)
      return
    }
    var fields: [String: String] = [:]
    var warnings: [String] = []
    for range in words.ranges {
      guard let equals = words.bytes[range].firstIndex(of: UInt8(ascii: "=")) else {
        warnings.append("'\(words.text(range))' is no parameter and is left out")
        continue
      }
      let key = words.text(range.lowerBound..<equals).lowercased()
      fields[key] = words.text((equals + 1)..<range.upperBound)
    }
    guard let testCase = fields["test_case_id"], !testCase.isEmpty else { return nil }
    self.init(testCase, fields["result"] ?? "", fields["measurement"], fields["units"], fixups: fixups)
    if let text = fields["reason"] { reason = text }
    self.warnings = warnings + self.warnings
  }

  private init(_ usual: TestCaseParameters) {
    testCase = usual.testCase
    result = usual.result
    measurement = usual.measurement
    units = usual.measurement == nil ? nil : usual.units
    reason = usual.reason
  }

  /// What nearly all are: as they should be.
  private static func usual(_ words: SignalWords, _ fixups: [TestShellMachine.Fixup]) -> TestCaseParameters? {
    do throws(TestCaseParameters.Invalid) {
      return try TestCaseParameters(words, fixups: fixups)
    } catch {
      return nil
    }
  }

  /// - Parameters:
  ///   - word: for the result.
  ///   - measurement: as it was written.
  init(
    _ testCase: String,
    _ word: String,
    _ measurement: String?,
    _ units: String?,
    fixups: [TestShellMachine.Fixup]
  ) {
    self.testCase = testCase
    let verdict = fixups.last { $0.word == word }?.result ?? word
    switch verdict {
    case "pass", "fail", "skip", "unknown": result = verdict
    default:
      result = "unknown"
      reason = word.isEmpty ? "no result" : word
      warnings.append("'\(word)' is none of pass, fail, skip and unknown, and counts as unknown")
    }
    self.units = units
    if let measurement { readMeasurement(measurement) }
    if self.measurement == nil { self.units = nil }
  }

  private mutating func readMeasurement(_ text: String) {
    guard let reading = Measurement(text) else {
      warnings.append("the measurement '\(text)' is no number and is left out")
      return
    }
    measurement = reading.value
    if let unit = reading.unit, (units ?? "").isEmpty { units = unit }
    if !reading.isPlain {
      let shown = [String(reading.value), units].compactMap { $0 }.joined(separator: " ")
      warnings.append("the measurement '\(text)' is taken for \(shown)")
    }
  }
}

/// A number that people write: LAVA's, or one with a decimal comma, or with its unit behind it.
private struct Measurement {
  var value: Double
  var unit: String?
  /// Whether LAVA would read the same.
  var isPlain: Bool

  /// - Returns: `nil` for what is no finite number.
  init?(_ text: String) {
    if let value = PythonText.float(text) {
      guard value.isFinite else { return nil }
      self.init(value: value, unit: nil, isPlain: true)
      return
    }
    let stripped = PythonText.stripped(text)
    let head = stripped.prefix { $0.isASCII && ($0.isNumber || "+-.,eE_".contains($0)) }
    // The `e` of a unit such as `5eggs` belongs to no exponent.
    for end in stripped.indices[..<head.endIndex].reversed().map({ stripped.index(after: $0) }) {
      let number = stripped[..<end]
      guard let value = Self.number(number), value.isFinite else { continue }
      let unit = PythonText.stripped(String(stripped[end...]))
      guard unit.allSatisfy({ !$0.isNumber && !"+-.,_".contains($0) }) else { return nil }
      self.init(value: value, unit: unit.isEmpty ? nil : unit, isPlain: false)
      return
    }
    return nil
  }

  private init(value: Double, unit: String?, isPlain: Bool) {
    self.value = value
    self.unit = unit
    self.isPlain = isPlain
  }

  private static func number(_ text: Substring) -> Double? {
    let commas = text.count { $0 == "," }
    guard commas <= 1, commas == 0 || !text.contains(".") else { return nil }
    return PythonText.float(String(text.map { $0 == "," ? "." : $0 }))
  }
}
