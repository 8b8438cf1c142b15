// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Results that are found in what a board prints, on the namespace board.
  @Suite(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
  struct PatternTests {
    /// A suite that prints results in a form of its own, beside LAVA's helpers (spec signals §7).
    @Test func parsedResults() async throws {
      let job = TrialJob(
        "parsed",
        steps: """
          - |
            printf 't1: OK\\nt2: KO\\nt/3: OK\\nt 4: OK\\n'
          - lava-test-case own --result OK
          - |
            printf 'speed: OK 12.5 MB/s\\n'
          """,
        document: """
          parse:
            pattern: '^(?P<test_case_id>[a-z0-9/ ]+): (?P<result>OK|KO)(?: (?P<measurement>[0-9.]+) (?P<units>\\S+))?'
            fixupdict: {OK: pass, KO: fail}
          """
      )
      let run = PumiceRun(job)
      let ending = try await run.ending()
      #expect(ending.status == 1, "\(ending.errorText)")
      func found(_ name: String, _ result: String, _ measurement: Double? = nil, _ units: String? = nil) -> ResultRow {
        .test("0_parsed", name, result, measurement: measurement, units: units, integrity: "unverified")
      }
      let tests: [ResultRow] = [
        found("t1", "pass"), found("t2", "fail"), found("t/3", "pass"),
        .test("0_parsed", "own", "pass"),
        found("speed", "pass", 12.5, "MB/s"),
        .lava("0_parsed"),
      ]
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.run(tests, definitions: 1, deploy: [], boot: []))
      #expect(run.text(of: "logs.yaml").contains("Skipping invalid test_case_id 't 4'"))
      try await Replayed.check(run, files, job: job.path, status: 1)
    }

    /// A pattern that takes exponential time ends the test, not Pumice, and says where it stands.
    @Test func patternThatIsTooCostly() async throws {
      let job = TrialJob(
        "costly",
        steps: "- printf '%064d!\\n' 0",
        document: "parse: {pattern: '(?P<test_case_id>(0|0)+)x(?P<result>OK)'}"
      )
      let run = PumiceRun(job)
      let ending = try await run.ending()
      #expect(ending.status == 4, "\(ending.errorText)")
      let files = try ResultFiles(run)
      #expect(files.job["error_type"] == "Job")
      #expect(
        files.job["error_msg"]?.string?
          .hasPrefix("searching for the pattern '(?P<test_case_id>(0|0)+)x(?P<result>OK)' was given up: ") == true
      )
      #expect(files.rows.contains(.lava("0_costly", "fail")))
      #expect(ending.outputText.contains("at \(job.path):"))
    }
  }
}
