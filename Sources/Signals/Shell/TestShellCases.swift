// SPDX-License-Identifier: Apache-2.0

// Test cases and what belongs to them (spec signals §3.3–3.8, 7, 8).
extension TestShellMachine {
  func mark(_ words: SignalWords, _ marker: ShellMarker, _ emit: (ShellEffect) -> Void) {
    guard let testCase = words.first else { return }
    emit(.mark(testCase: testCase, marker))
  }

  mutating func reportCase(
    _ words: SignalWords,
    _ integrity: SignalIntegrity,
    _ emit: (ShellEffect) -> Void
  ) throws(ShellFailure) {
    if let first = words.first { emit(.mark(testCase: Self.markedCase(first), .testCase)) }
    guard uuid != nil else {
      emit(
        .log(
          .error,
          "Unknown test uuid. The STARTRUN signal for this test action was not received correctly."
        )
      )
      throw ShellFailure(.test, "Invalid TESTCASE signal")
    }
    guard var result = configuration.lavaVerdicts ? lavaResult(words, integrity, emit) : result(words, integrity, emit)
    else { return }
    if let expected, !expected.contains(result.testCase) { forceUnexpected(&result, emit) }
    emit(.result(.testCase(result)))
    note(ShellReport.Entry(testCase: result.testCase, result: result.result, set: testSet))
  }

  /// By LAVA's rules; `nil` when one of the values is not as it should be.
  private func lavaResult(
    _ words: SignalWords,
    _ integrity: SignalIntegrity,
    _ emit: (ShellEffect) -> Void
  ) -> TestCaseResult? {
    do throws(TestCaseParameters.Invalid) {
      let parameters = try TestCaseParameters(words, fixups: fixups)
      return TestCaseResult(
        definition: definition,
        testCase: parameters.testCase,
        result: parameters.result,
        measurement: parameters.measurement,
        units: parameters.measurement == nil ? nil : parameters.units,
        set: testSet,
        integrity: integrity
      )
    } catch {
      emit(.log(.error, error.message))
      return nil
    }
  }

  /// By ours: what can be used of a result is used.
  private mutating func result(
    _ words: SignalWords,
    _ integrity: SignalIntegrity,
    _ emit: (ShellEffect) -> Void
  ) -> TestCaseResult? {
    guard let values = TestCaseValues(words, fixups: fixups) else {
      emit(.log(.error, "A result without a test case is left out: \(words.sentence)"))
      return nil
    }
    for warning in values.warnings { emit(.log(.warning, "Test case '\(values.testCase)': \(warning)")) }
    checkName(values.testCase, "test case", emit)
    return TestCaseResult(
      definition: definition,
      testCase: values.testCase,
      result: values.result,
      measurement: values.measurement,
      units: values.units,
      set: testSet,
      reason: values.reason,
      integrity: integrity
    )
  }

  /// Tells of a name that LAVA's server would not take, once (spec signals §9).
  private mutating func checkName(_ name: String, _ kind: String, _ emit: (ShellEffect) -> Void) {
    let isValid = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "~"):
        true
      default: false
      }
    }
    guard !isValid, toldNames.count < 1000, toldNames.insert("\(kind) \(name)").inserted else { return }
    emit(.log(.warning, "The name '\(name)' of a \(kind) is not valid in a URL: a LAVA server drops its results"))
  }

  /// The case whose marker a TESTCASE signal sets: LAVA takes the first word, whichever it is.
  private static func markedCase(_ word: String) -> String {
    let key: StaticString = "TEST_CASE_ID="
    var word = word
    return word.withUTF8 { word in
      let word = UnsafeRawBufferPointer(word)
      var kept: [UInt8] = []
      kept.reserveCapacity(word.count)
      var index = 0
      while index < word.count {
        let rest = UnsafeRawBufferPointer(rebasing: word[index...])
        if rest.commonPrefix(with: key) == key.utf8CodeUnitCount {
          index += key.utf8CodeUnitCount
        } else {
          kept.append(word[index])
          index += 1
        }
      }
      return String(decoding: kept, as: UTF8.self)
    }
  }

  private func forceUnexpected(_ result: inout TestCaseResult, _ emit: (ShellEffect) -> Void) {
    emit(.log(.warning, "'\(result.testCase)' not found in expected test case list!"))
    guard result.result != "fail" else { return }
    emit(.log(.warning, "Forcing unexpected '\(result.testCase)' result '\(result.result)' to 'fail' ..."))
    result.result = "fail"
  }

  /// The case `multinode-<call>-<message id>` that a call counts as (spec signals §6). That it is not among the expected
  /// ones makes it fail by LAVA's rules only: a call is no test.
  mutating func result(
    of call: MultinodeCall,
    _ integrity: SignalIntegrity,
    _ emit: (ShellEffect) -> Void
  ) -> TestCaseResult? {
    guard uuid != nil, let id = call.arguments.first else { return nil }
    let name = "multinode-\(call.name)-\(id)".lowercased()
    guard !name.utf8.contains(UInt8(ascii: " ")) else {
      emit(.log(.error, "A call whose message id has spaces is no test case: \(name)"))
      return nil
    }
    var result = TestCaseResult(
      definition: definition,
      testCase: name,
      result: "pass",
      set: testSet,
      integrity: integrity
    )
    if configuration.lavaVerdicts, let expected, !expected.contains(name) { forceUnexpected(&result, emit) }
    note(ShellReport.Entry(testCase: name, result: result.result, set: testSet))
    return result
  }

  private mutating func note(_ entry: ShellReport.Entry) {
    if let index = reportIndex[entry.testCase] {
      report[index] = entry
    } else {
      reportIndex[entry.testCase] = report.count
      report.append(entry)
    }
  }

  mutating func changeSet(_ words: SignalWords, _ emit: (ShellEffect) -> Void) throws(ShellFailure) {
    guard let verb = words.first else { return }
    if verb == "START" {
      guard words.count >= 2 else { throw ShellFailure(.job, "Test set declared without a name") }
      let name = words[1]
      testSet = name
      emit(.log(.info, "Starting test_set \(name)"))
      if !configuration.lavaVerdicts { checkName(name, "test set", emit) }
    } else if verb == "STOP" {
      emit(.log(.info, "Closing test_set \(testSet ?? "None")"))
      testSet = nil
    }
  }

  func reportReference(
    _ words: SignalWords,
    _ integrity: SignalIntegrity,
    _ emit: (ShellEffect) -> Void
  ) throws(ShellFailure) {
    guard words.count == 3 else { throw ShellFailure(.test, "Invalid use of TESTREFERENCE") }
    guard uuid != nil else {
      let testCase = words[0]
      emit(.log(.error, "Ignoring the reference '\(testCase)': no test definition was started"))
      return
    }
    let reference = ReferenceResult(
      definition: definition,
      testCase: words[0],
      result: words[1],
      reference: words[2],
      set: testSet,
      integrity: integrity
    )
    emit(.result(.reference(reference)))
  }

  func requestFeedback(_ words: SignalWords, _ emit: (ShellEffect) -> Void) {
    guard let namespace = words.first,
      configuration.feedbackNamespaces.contains(namespace)
    else {
      // LAVA's own words: it forgets to fill in the name.
      emit(.log(.error, "%s is not a valid namespace"))
      return
    }
    emit(.log(.info, "Requesting feedback from namespace: \(namespace)"))
    emit(.requestFeedback(namespace: namespace))
  }

  /// Where LAVA ends the job with a bug because an optional `measurement` took no part in the match, the case has none.
  mutating func report(_ match: ParsePatternMatch, _ emit: (ShellEffect) -> Void) throws(ShellFailure) {
    guard case .text(let word) = match.result else { throw ShellFailure(.bug, "'result'") }
    guard case .text(let testCase) = match.testCase else { throw ShellFailure(.bug, "'test_case_id'") }
    emit(.mark(testCase: testCase, .testCase))
    let slash = UInt8(ascii: "/")
    let name = String(
      decoding: PythonText.stripped(testCase).utf8.map { $0 == slash ? UInt8(ascii: "_") : $0 },
      as: UTF8.self
    )
    if name.utf8.contains(UInt8(ascii: " ")) {
      emit(.log(.debug, "Skipping invalid test_case_id '\(name)'"))
      return
    }
    let result =
      configuration.lavaVerdicts ? try lavaResult(match, testCase, word) : result(match, testCase, word, emit)
    emit(.result(.testCase(result)))
    note(ShellReport.Entry(testCase: testCase, result: result.result, set: nil))
  }

  private func lavaResult(
    _ match: ParsePatternMatch,
    _ testCase: String,
    _ word: String
  ) throws(ShellFailure) -> TestCaseResult {
    var result = TestCaseResult(
      definition: definition,
      testCase: testCase,
      result: fixups.last { $0.word == word }?.result ?? word,
      integrity: .unverified
    )
    if case .text(let text) = match.measurement {
      guard let measurement = PythonText.float(PythonText.stripped(text)) else {
        throw ShellFailure(.test, "Invalid measurement \(text)")
      }
      result.measurement = measurement
      if case .text(let units) = match.units { result.units = units }
    }
    return result
  }

  private mutating func result(
    _ match: ParsePatternMatch,
    _ testCase: String,
    _ word: String,
    _ emit: (ShellEffect) -> Void
  ) -> TestCaseResult {
    let measurement = match.measurement.text.map(PythonText.stripped)
    let values = TestCaseValues(testCase, word, measurement, match.units.text, fixups: fixups)
    for warning in values.warnings { emit(.log(.warning, "Test case '\(testCase)': \(warning)")) }
    checkName(testCase, "test case", emit)
    return TestCaseResult(
      definition: definition,
      testCase: testCase,
      result: values.result,
      measurement: values.measurement,
      units: values.units,
      reason: values.reason,
      integrity: .unverified
    )
  }
}

extension ParsePatternMatch.Group {
  fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }
}
