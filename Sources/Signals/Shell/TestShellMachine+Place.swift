// SPDX-License-Identifier: Apache-2.0

extension TestShellMachine {
  /// Where the test stands, for words about a test that was cut short: the definition that runs or ran last, and its last
  /// case; nil before the first one.
  package var place: (definition: String, testCase: String?)? {
    definition.isEmpty ? nil : (definition, report.last?.testCase)
  }
}
