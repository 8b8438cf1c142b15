// SPDX-License-Identifier: Apache-2.0

/// The parameters of a TESTCASE signal (spec signals §3.4).
struct TestCaseParameters {
  /// Why a signal reports nothing, in LAVA's words.
  struct Invalid: Error {
    var message: String
  }

  /// A key that means something, and its value.
  private struct Field {
    /// Where the key came first among the words.
    var place: Int
    var value: ArraySlice<UInt8>

    var text: String { String(decoding: value, as: UTF8.self) }
  }

  let testCase: String
  /// `pass`, `fail`, `skip` or `unknown`.
  let result: String
  private(set) var measurement: Double?
  let units: String?

  /// - Parameters:
  ///   - words: of the signal's parameters.
  ///   - fixups: words for results that are not the four, and what they mean.
  init(_ words: [ArraySlice<UInt8>], fixups: [String: String]) throws(Invalid) {
    var testCase: Field?
    var result: Field?
    var measurement: Field?
    var units: Field?
    for (place, word) in words.enumerated() {
      guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else {
        let text = String(decoding: word, as: UTF8.self)
        throw Invalid(message: "Ignoring malformed parameter for signal: \"\(text)\". ")
      }
      let key = word[..<equals]
      let value = word[(equals + 1)...]
      switch key.count {
      case 12 where Self.isKey(key, "test_case_id"): testCase = Field(place: testCase?.place ?? place, value: value)
      case 6 where Self.isKey(key, "result"): result = Field(place: result?.place ?? place, value: value)
      case 11 where Self.isKey(key, "measurement"):
        measurement = Field(place: measurement?.place ?? place, value: value)
      case 5 where Self.isKey(key, "units"): units = Field(place: units?.place ?? place, value: value)
      default: break
      }
    }
    let verdict = result.map { field in fixups[field.text] ?? field.text }
    // The first parameter that is wrong is the one to name.
    if let measurement, let result, result.place < measurement.place { try Self.check(verdict: verdict) }
    if let measurement {
      guard let number = PythonText.float(measurement.text) else {
        throw Invalid(message: "Invalid measurement '\(measurement.text)'")
      }
      self.measurement = number
    }
    try Self.check(verdict: verdict)
    guard let testCase else { throw Self.incomplete("test_case_id", words, verdict) }
    guard let verdict else { throw Self.incomplete("result", words, nil) }
    self.testCase = testCase.text
    self.result = verdict
    self.units = units?.text
  }

  private static func check(verdict: String?) throws(Invalid) {
    switch verdict {
    case nil, "pass", "fail", "skip", "unknown": break
    case .some(let text): throw Invalid(message: "Bad test result: '\(text)'")
    }
  }

  /// Whether a key is this one, in any case.
  private static func isKey(_ key: ArraySlice<UInt8>, _ name: StaticString) -> Bool {
    zip(key, 0..<name.utf8CodeUnitCount).allSatisfy { byte, index in
      let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      return (isUpper ? byte | 0x20 : byte) == name.utf8Start[index]
    }
  }

  private static func incomplete(_ key: String, _ words: [ArraySlice<UInt8>], _ verdict: String?) -> Invalid {
    var pairs: [(String, String)] = []
    for word in words {
      let halves = word.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(decoding: halves[0], as: UTF8.self).lowercased()
      let value = name == "result" ? verdict ?? "" : String(decoding: halves[1], as: UTF8.self)
      if let index = pairs.firstIndex(where: { $0.0 == name }) {
        pairs[index].1 = value
      } else {
        pairs.append((name, value))
      }
    }
    let cause = "probably a sign of an incorrect parsing pattern being used"
    return Invalid(message: "Test case results without \(key) (\(cause)): \(PythonText.quoted(pairs))")
  }
}
