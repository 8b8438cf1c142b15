// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// What LAVA's users suffer from and no other suite has as a whole job; `docs/Pains.md` has the list of all.
  @Suite(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
  struct PainTests {
    /// The trace of the shell shows a signal that a script echoes before the script prints it; LAVA counts both.
    @Test func aSignalInTheTraceOfTheShell() async throws {
      let job = TrialJob(
        "traced",
        steps: """
          - echo '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=echoed RESULT=pass>'
          - lava-test-case own --result pass
          """
      )
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 0)
      #expect(run.text(of: "console.log").contains("+ echo '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=echoed RESULT=pass>'"))
      let tests: [ResultRow] = [
        .test("0_traced", "echoed", "pass", integrity: "unverified"), .test("0_traced", "own", "pass"),
        .lava("0_traced"),
      ]
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.board(tests))
      try await Replayed.check(run, files, job: job.path, status: 0)
    }

    /// A single blank as the name of a case, which LAVA takes for a bug of its own; a name with `>` and one with control
    /// sequences.
    @Test func namesThatAreNone() async throws {
      let job = TrialJob(
        "names",
        steps: """
          - lava-test-case ' ' --result pass
          - lava-test-case 'a>b' --result pass
          - lava-test-case "$(printf '\\033[31mred\\033[0m')" --result pass
          - lava-test-case after --result pass
          """
      )
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 0)
      let tests = [" ", "a>b", "red", "after"].map { ResultRow.test("0_names", $0, "pass") } + [.lava("0_names")]
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.board(tests))
    }

    /// A line that LAVA throws away from its log.
    @Test func aLineOf200000Characters() async throws {
      let job = TrialJob(
        "long",
        steps: """
          - head -c 200000 /dev/zero | tr '\\0' 'y'; echo
          - lava-test-case after --result pass
          """
      )
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 0)
      // Then comes the trace of the shell, without a line end before it.
      let line = String(repeating: "y", count: 200_000) + "+ echo"
      #expect(run.text(of: "console.log").contains(line))
      let log = try YAMLDocument(parsing: bytes(of: run.file("logs.yaml")), file: "logs.yaml").root.value
      let target = (log.sequence ?? []).filter { $0["lvl"] == "target" }.compactMap { $0["msg"]?.string }
      #expect(target.joined().contains(line))
      let tests: [ResultRow] = [.test("0_long", "after", "pass"), .lava("0_long")]
      #expect(try ResultFiles(run).rows == ExpectedResults.board(tests))
    }

    /// A parameter that breaks LAVA's run.sh.
    @Test func aParameterWithAQuote() async throws {
      let job = TrialJob(
        "quoted",
        steps: #"- lava-test-case "$SAYING" --result pass"#,
        definition: #"parameters: {SAYING: "it's $HOME"}"#,
        document: "params: {SAYING: nothing}"
      )
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 0)
      let tests: [ResultRow] = [.test("0_quoted", "it's $HOME", "pass"), .lava("0_quoted")]
      #expect(try ResultFiles(run).rows == ExpectedResults.board(tests))
    }

    /// A test that leaves something running, which ends its definition once more after the runner is done.
    @Test func anEndBehindTheEnd() async throws {
      let job = TrialJob(
        "late",
        steps: """
          - lava-test-case one --result pass
          - (until grep -q ^end /lava-*/0/journal; do :; done; printf '<LAVA_%s_ENDRUN 0_late %s>\\n' SIGNAL "$UUID") &
          """
      )
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 0)
      let tests: [ResultRow] = [.test("0_late", "one", "pass"), .lava("0_late")]
      #expect(try ResultFiles(run).rows == ExpectedResults.board(tests))
      #expect(!run.text(of: "logs.yaml").contains("Marking unfinished test run as failed"))
    }
  }
}
