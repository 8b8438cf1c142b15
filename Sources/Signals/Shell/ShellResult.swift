// SPDX-License-Identifier: Apache-2.0

/// A result of the test shell. Its kinds are those of LAVA's `results` log lines (spec signals §9).
package enum ShellResult: Sendable, Hashable {
  case testCase(TestCaseResult)
  case reference(ReferenceResult)
  /// A definition ran to its end: `pass`.
  case runEnded(definition: String, uuid: String, duration: Duration)
  /// A definition began and did not say that it ended: `fail`.
  case runUnfinished(definition: String, uuid: String, duration: Duration)
  /// Something could not be installed: `fail` of `stage_<stage>`.
  case stageFailed(stage: Int, duration: Duration)
  /// An expected case that was not reported: `fail` (spec signals §8).
  case missingCase(definition: String, testCase: String, set: String?)
}

/// What a TESTCASE signal or a `parse` pattern reported.
package struct TestCaseResult: Sendable, Hashable {
  /// The suite: `<index>_<name>`.
  package var definition: String
  package var testCase: String
  /// `pass`, `fail`, `skip` or `unknown`; from a `parse` pattern any text (spec signals §7).
  package var result: String
  package var measurement: Double?
  /// Only beside a measurement.
  package var units: String?
  package var set: String?
  /// Why it has its result, where the board said so, or said something that is no result.
  package var reason: String?
  package var integrity: SignalIntegrity
}

/// What a TESTREFERENCE signal reported.
package struct ReferenceResult: Sendable, Hashable {
  /// The suite: `<index>_<name>`.
  package var definition: String
  package var testCase: String
  /// Any text: LAVA does not check it.
  package var result: String
  /// A URL, unchecked.
  package var reference: String
  package var set: String?
  package var integrity: SignalIntegrity
}
