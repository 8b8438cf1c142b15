// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// What LAVA passes over in silence, on the namespace board: by our rules and by LAVA's (docs/Verdicts.md).
  @Suite(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
  struct VerdictTests {
    /// A job of two tests, of which the first has two definitions: one of the case's own, and one that passes.
    private static func job(steps: String, keys: String = "", install: String = "", test: String = "") -> TrialJob {
      TrialJob(
        JobText(
          "verdict",
          actions: [
            .deploy(), .boot(),
            .test([.inline("odd", steps: steps, keys: keys, document: install), passing("second")], test),
            .test([passing("later")]),
          ]
        )
      )
    }

    private static func passing(_ name: String) -> DefinitionText {
      .inline(name, steps: "- lava-test-case \(name) --result pass")
    }

    private static let good: [ResultRow] = [.test("1_second", "second", "pass"), .lava("1_second")]
    private static let later: [ResultRow] = [.test("2_later", "later", "pass"), .lava("2_later")]

    /// How a case comes out.
    struct Expectation {
      /// By our rules; by LAVA's the job passes.
      var message: String
      /// What the odd definition reports by our rules.
      var rows: [ResultRow]
      /// What of it comes behind the next definition of the same test.
      var rowsAfterOthers: [ResultRow] = []
      /// The same by LAVA's.
      var rowsOfLAVA: [ResultRow]
      /// By LAVA's rules: what counts there are the cases alone.
      var statusOfLAVA: Int32
    }

    @Test(arguments: ["- exit 3", "- 'false'"])
    func aDefinitionThatDies(of step: String) async throws {
      let before = ResultRow.test("0_odd", "before", "pass")
      let expectation = Expectation(
        message: "definition 0_odd did not finish",
        rows: [before],
        // Known when the runner is done and the board's journal has been asked.
        rowsAfterOthers: [.lava("0_odd", "fail")],
        rowsOfLAVA: [before],
        statusOfLAVA: 0
      )
      try await check(Self.job(steps: "- lava-test-case before --result pass\n\(step)"), expectation)
    }

    @Test func aCaseThatWasExpected() async throws {
      let rows: [ResultRow] = [
        .test("0_odd", "one", "pass"), ResultRow(suite: "0_odd", testCase: "three", result: "fail"),
        ResultRow(suite: "0_odd", testCase: "two", result: "fail"), .lava("0_odd"),
      ]
      let expectation = Expectation(
        message: "expected cases missing in 0_odd: three, two",
        rows: rows,
        rowsOfLAVA: rows,
        statusOfLAVA: 1
      )
      let job = Self.job(steps: "- lava-test-case one --result pass", keys: "expected: [one, two, three]")
      try await check(job, expectation)
    }

    /// A script that dies before it has said that it begins.
    @Test func aDefinitionThatIsNotStarted() async throws {
      let expectation = Expectation(
        message: "definition 0_odd was not started",
        rows: [],
        rowsOfLAVA: [],
        statusOfLAVA: 0
      )
      try await check(Self.job(steps: "- 'true'", install: "install: {steps: [rm uuid]}"), expectation)
    }

    /// LAVA stops the job; ours says which definition it was.
    @Test func anInstallThatFails() async throws {
      let job = Self.job(steps: "- lava-test-case never --result pass", install: "install: {steps: [exit 5]}")
      for isLAVA in [false, true] {
        let run = isLAVA ? PumiceRun(job, "--lava-verdicts") : PumiceRun(job)
        let ending = try await run.ending()
        #expect(ending.status == 1)
        let files = try ResultFiles(run)
        #expect(files.job["error_type"] == "Test")
        let message = "['Unable to start test stage 0']" + (isLAVA ? "" : "; the install of definition 0_odd failed")
        #expect(files.job["error_msg"] == .string(message))
        // The next definition's start makes LAVA forget the stage's failure (spec signals §4).
        let stage: [ResultRow] = isLAVA ? [] : [.lava("stage_0", "fail")]
        let failed = ["lava-test-shell", "lava-test-retry"].map { ResultRow.lava($0, "fail") }
        #expect(files.rows == ExpectedResults.board(stage + Self.good + failed, definitions: 3, job: "fail"))
        let shell = try #require(files.document["results"]?.sequence?.first { $0["case"] == "lava-test-shell" })
        #expect(shell["extra"]?["fail"] == "['Unable to start test stage 0']")
      }
    }

    /// The attempt that died does not count: the last one did everything.
    @Test func theLastAttemptCounts() async throws {
      let steps = "- test -e /tmp/tried || { touch /tmp/tried; lava-test-raise once more; exit 1; }"
      let run = PumiceRun(Self.job(steps: steps, test: "failure_retry: 2"))
      #expect(try await run.ending().status == 0)
      #expect(try ResultFiles(run).job["result"] == "pass")
    }

    private func check(_ job: TrialJob, _ expected: Expectation) async throws {
      let run = PumiceRun(job)
      let ending = try await run.ending()
      #expect(ending.status == 1)
      #expect(ending.outputText.contains("\nThe job left something out: \(expected.message)\n"))
      let files = try ResultFiles(run)
      #expect(files.job["result"] == "fail")
      #expect(files.job["error_type"] == "Test")
      #expect(files.job["error_msg"] == .string(expected.message))
      let tests = expected.rows + Self.good + expected.rowsAfterOthers + Self.later
      #expect(files.rows == ExpectedResults.board(tests, definitions: 3, job: "fail"))
      try await Replayed.check(run, files, job: job.path, status: 1)

      let lava = PumiceRun(job, "--lava-verdicts")
      let lavaEnding = try await lava.ending()
      #expect(lavaEnding.status == expected.statusOfLAVA)
      #expect(!lavaEnding.outputText.contains("left something out"))
      let lavaFiles = try ResultFiles(lava)
      #expect(lavaFiles.job["result"] == "pass")
      let testsOfLAVA = expected.rowsOfLAVA + Self.good + Self.later
      #expect(lavaFiles.rows == ExpectedResults.board(testsOfLAVA, definitions: 3))
      try await Replayed.check(lava, lavaFiles, job: job.path, status: expected.statusOfLAVA, "--lava-verdicts")
    }
  }
}
