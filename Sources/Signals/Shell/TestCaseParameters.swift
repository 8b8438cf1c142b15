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
    /// Where the value lies in the words' bytes.
    var value: Range<Int>

    static func set(_ field: inout Field?, at place: Int, _ value: Range<Int>) {
      field = Field(place: field?.place ?? place, value: value)
    }
  }

  let testCase: String
  /// `pass`, `fail`, `skip` or `unknown`.
  let result: String
  private(set) var measurement: Double?
  let units: String?
  /// Our helpers' `REASON`, which LAVA does not know.
  let reason: String?

  /// - Parameters:
  ///   - words: of the signal's parameters.
  ///   - fixups: words for results that are not the four, and what they mean; the last one of a word counts.
  init(_ words: SignalWords, fixups: [TestShellMachine.Fixup]) throws(Invalid) {
    var testCase: Field?
    var result: Field?
    var measurement: Field?
    var units: Field?
    var reason: Field?
    for (place, word) in words.ranges.enumerated() {
      guard let equals = words.bytes[word].firstIndex(of: UInt8(ascii: "=")) else {
        throw Invalid(message: "Ignoring malformed parameter for signal: \"\(words.text(word))\". ")
      }
      let key = words.bytes[word.lowerBound..<equals]
      let value = (equals + 1)..<word.upperBound
      switch key.count {
      case 12 where Self.isKey(key, "test_case_id"): Field.set(&testCase, at: place, value)
      case 6 where Self.isKey(key, "result"): Field.set(&result, at: place, value)
      case 11 where Self.isKey(key, "measurement"): Field.set(&measurement, at: place, value)
      case 5 where Self.isKey(key, "units"): Field.set(&units, at: place, value)
      case 6 where Self.isKey(key, "reason"): Field.set(&reason, at: place, value)
      default: break
      }
    }
    let word = result.map { words.text($0.value) }
    let verdict = word.map { word in fixups.last { $0.word == word }?.result ?? word }
    // The first parameter that is wrong is the one to name.
    if let measurement, let result, result.place < measurement.place { try Self.check(verdict: verdict) }
    if let measurement {
      let text = words.text(measurement.value)
      guard let number = PythonText.float(text) else { throw Invalid(message: "Invalid measurement '\(text)'") }
      self.measurement = number
    }
    try Self.check(verdict: verdict)
    guard let testCase else { throw Self.incomplete("test_case_id", words, verdict) }
    guard let verdict else { throw Self.incomplete("result", words, nil) }
    self.testCase = words.text(testCase.value)
    self.result = verdict
    self.units = units.map { words.text($0.value) }
    self.reason = reason.map { words.text($0.value) }
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

  private static func incomplete(_ key: String, _ words: SignalWords, _ verdict: String?) -> Invalid {
    var pairs: [(String, String)] = []
    for index in 0..<words.count {
      let halves = words[index].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = halves[0].lowercased()
      let value = name == "result" ? verdict ?? "" : String(halves.dropFirst().first ?? "")
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
