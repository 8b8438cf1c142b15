// SPDX-License-Identifier: Apache-2.0

// Test cases and what belongs to them (spec signals §3.3–3.8, 7, 8).
extension TestShellMachine {
  func mark(_ words: [ArraySlice<UInt8>], _ marker: ShellMarker, _ emit: (ShellEffect) -> Void) {
    guard let testCase = words.first else { return }
    emit(.mark(testCase: String(decoding: testCase, as: UTF8.self), marker))
  }

  mutating func reportCase(
    _ words: [ArraySlice<UInt8>],
    _ integrity: SignalIntegrity,
    _ emit: (ShellEffect) -> Void
  ) throws(ShellFailure) {
    if let first = words.first {
      emit(.mark(testCase: Self.markedCase(first), .testCase))
    }
    guard uuid != nil else {
      emit(
        .log(
          .error,
          "Unknown test uuid. The STARTRUN signal for this test action was not received correctly."
        )
      )
      throw ShellFailure(.test, "Invalid TESTCASE signal")
    }
    let parameters: TestCaseParameters
    do throws(TestCaseParameters.Invalid) {
      parameters = try TestCaseParameters(words, fixups: fixups)
    } catch {
      emit(.log(.error, error.message))
      return
    }
    var result = TestCaseResult(
      definition: definition,
      testCase: parameters.testCase,
      result: parameters.result,
      measurement: parameters.measurement,
      units: parameters.measurement == nil ? nil : parameters.units,
      set: testSet,
      integrity: integrity
    )
    if let expected, !expected.contains(result.testCase) { forceUnexpected(&result, emit) }
    emit(.result(.testCase(result)))
    note(ShellReport.Entry(testCase: result.testCase, result: result.result, set: testSet))
  }

  /// The case whose marker a TESTCASE signal sets: LAVA takes the first word, whichever it is.
  private static func markedCase(_ word: ArraySlice<UInt8>) -> String {
    let key = "TEST_CASE_ID="
    if word.starts(with: key.utf8) {
      let rest = word.dropFirst(key.utf8.count)
      if !rest.contains(UInt8(ascii: "=")) { return String(decoding: rest, as: UTF8.self) }
    }
    var text = String(decoding: word, as: UTF8.self)[...]
    var out = ""
    while let range = text.firstRange(of: key) {
      out += text[..<range.lowerBound]
      text = text[range.upperBound...]
    }
    return out + text
  }

  private func forceUnexpected(_ result: inout TestCaseResult, _ emit: (ShellEffect) -> Void) {
    emit(.log(.warning, "'\(result.testCase)' not found in expected test case list!"))
    guard result.result != "fail" else { return }
    emit(.log(.warning, "Forcing unexpected '\(result.testCase)' result '\(result.result)' to 'fail' ..."))
    result.result = "fail"
  }

  private mutating func note(_ entry: ShellReport.Entry) {
    if let index = reportIndex[entry.testCase] {
      report[index] = entry
    } else {
      reportIndex[entry.testCase] = report.count
      report.append(entry)
    }
  }

  mutating func changeSet(_ words: [ArraySlice<UInt8>], _ emit: (ShellEffect) -> Void) throws(ShellFailure) {
    guard let verb = words.first else { return }
    if verb.elementsEqual("START".utf8) {
      guard words.count >= 2 else { throw ShellFailure(.job, "Test set declared without a name") }
      let name = String(decoding: words[1], as: UTF8.self)
      testSet = name
      emit(.log(.info, "Starting test_set \(name)"))
    } else if verb.elementsEqual("STOP".utf8) {
      emit(.log(.info, "Closing test_set \(testSet ?? "None")"))
      testSet = nil
    }
  }

  func reportReference(
    _ words: [ArraySlice<UInt8>],
    _ integrity: SignalIntegrity,
    _ emit: (ShellEffect) -> Void
  ) throws(ShellFailure) {
    guard words.count == 3 else { throw ShellFailure(.test, "Invalid use of TESTREFERENCE") }
    let reference = ReferenceResult(
      definition: definition,
      testCase: String(decoding: words[0], as: UTF8.self),
      result: String(decoding: words[1], as: UTF8.self),
      reference: String(decoding: words[2], as: UTF8.self),
      set: testSet,
      integrity: integrity
    )
    emit(.result(.reference(reference)))
  }

  func requestFeedback(_ words: [ArraySlice<UInt8>], _ emit: (ShellEffect) -> Void) {
    guard let namespace = words.first.map({ String(decoding: $0, as: UTF8.self) }),
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
    let name = String(testCase.map { $0 == "/" ? "_" : $0 }[...].trimmingSpaces)
    if name.contains(" ") {
      emit(.log(.debug, "Skipping invalid test_case_id '\(name)'"))
      return
    }
    var result = TestCaseResult(
      definition: definition,
      testCase: testCase,
      result: fixups[word] ?? word,
      integrity: .unverified
    )
    if case .text(let text) = match.measurement {
      guard let measurement = PythonText.float(String(Array(text)[...].trimmingSpaces)) else {
        throw ShellFailure(.test, "Invalid measurement \(text)")
      }
      result.measurement = measurement
      if case .text(let units) = match.units { result.units = units }
    }
    emit(.result(.testCase(result)))
    note(ShellReport.Entry(testCase: testCase, result: result.result, set: nil))
  }
}

extension ArraySlice<Character> {
  /// Without the white space at both ends (`str.strip`).
  fileprivate var trimmingSpaces: ArraySlice<Character> {
    let head = drop { $0.isWhitespace }
    return head.dropLast(head.reversed().prefix { $0.isWhitespace }.count)
  }
}
