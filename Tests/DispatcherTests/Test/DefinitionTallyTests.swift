// SPDX-License-Identifier: Apache-2.0

import Signals
import Testing

@testable import Dispatcher

/// What became of a stage's definitions (docs/Verdicts.md).
@Suite struct DefinitionTallyTests {
  /// Of the suites `0_a`, `1_b` and `2_c`.
  private func shortcomings(_ results: [ShellResult], wasStopped: Bool = false) -> [String] {
    var tally = DefinitionTally(planned: ["0_a", "1_b", "2_c"])
    for result in results { tally.take(result) }
    return tally.shortcomings(wasStopped: wasStopped)
  }

  private static func ended(_ suite: String) -> ShellResult { .runEnded(definition: suite, uuid: "", duration: .zero) }

  private static func unfinished(_ suite: String) -> ShellResult {
    .runUnfinished(definition: suite, uuid: "", duration: .zero)
  }

  private static func missing(_ suite: String, _ testCase: String) -> ShellResult {
    .missingCase(definition: suite, testCase: testCase, set: nil)
  }

  private static let installFailed = ShellResult.stageFailed(stage: 0, duration: .zero)

  @Test func everythingWasDone() {
    #expect(shortcomings([Self.ended("0_a"), Self.ended("1_b"), Self.ended("2_c")]) == [])
  }

  @Test func inTheOrderOfTheDefinitions() {
    let results = [Self.missing("2_c", "x"), Self.ended("2_c"), Self.missing("2_c", "y"), Self.unfinished("0_a")]
    #expect(
      shortcomings(results) == [
        "definition 0_a did not finish", "definition 1_b was not started", "expected cases missing in 2_c: x, y",
      ]
    )
  }

  /// A board that came back started its runner again, or a torn line was printed once more.
  @Test func theLastRunOfADefinitionCounts() {
    let others = [Self.ended("1_b"), Self.ended("2_c")]
    #expect(shortcomings([Self.unfinished("0_a"), Self.ended("0_a")] + others) == [])
    #expect(shortcomings([Self.ended("0_a"), Self.unfinished("0_a")] + others) == ["definition 0_a did not finish"])
  }

  /// What the board calls by a name that was not planned has no words here: the one that was planned is missed.
  @Test func aTornName() {
    #expect(
      shortcomings([Self.ended("0_a"), Self.unfinished("1_@"), Self.ended("2_c")]) == ["definition 1_b was not started"]
    )
  }

  @Test func anInstallThatFails() {
    for wasStopped in [false, true] {
      let one = [Self.ended("0_a"), Self.installFailed, Self.ended("2_c")]
      #expect(shortcomings(one, wasStopped: wasStopped) == ["the install of definition 1_b failed"])
      #expect(
        shortcomings([Self.installFailed, Self.ended("0_a")], wasStopped: wasStopped)
          == ["an install failed, and these definitions were not started: 1_b, 2_c"]
      )
    }
  }

  /// What a test that was stopped did not do any more says nothing.
  @Test func aTestThatWasStopped() {
    #expect(shortcomings([Self.unfinished("0_a"), Self.missing("0_a", "x")], wasStopped: true) == [])
  }

  @Test func manyMissingCases() {
    let results = (1...12).map { Self.missing("0_a", "case-\($0)") } + ["0_a", "1_b", "2_c"].map(Self.ended)
    let names = (1...10).map { "case-\($0)" }.joined(separator: ", ")
    #expect(shortcomings(results) == ["expected cases missing in 0_a: \(names) and 2 more"])
  }
}
