// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing

@Suite struct FailureTests {
  /// The table of spec results-and-log §4.
  @Test(
    arguments: [
      (.infrastructure, "Infrastructure"), (.connectionClosed, "Infrastructure"), (.job, "Job"), (.test, "Test"),
      (.bug, "Bug"), (.configuration, "Configuration"), (.canceled, "Canceled"), (.timeout, "LAVATimeout"),
      (.multinodeTimeout, "MultinodeTimeout"),
    ] as [(Failure.Kind, String)]
  )
  func errorTypesAreLAVAs(kind: Failure.Kind, expected: String) {
    #expect(kind.errorType == expected)
  }

  @Test func describesWhatToDoAndWhy() {
    let failure = Failure(.infrastructure, "no-qemu", "QEMU is not installed", advice: "Install it.", cause: "ENOENT")
    #expect("\(failure)" == "QEMU is not installed: ENOENT: Install it.")
  }

  @Test func listsKnowWhetherTheyRefuse() {
    var list = DiagnosticList([Diagnostic(.warning, "w", "m"), Diagnostic(.note, "n", "m")])
    #expect(!list.hasErrors)
    list.add(Diagnostic(.error, "e", "m"))
    #expect(list.hasErrors)
    #expect([Severity.error, .note, .warning].sorted() == [.note, .warning, .error])
  }
}
