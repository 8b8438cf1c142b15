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
      #expect(files.rows == ExpectedResults.board(tests))
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

    // MARK: - Without a test shell

    private static let firmware: [ResultRow] = [
      .test("self-test", "memory", "pass", integrity: "unverified"),
      .test("self-test", "uart_loopback", "pass", integrity: "unverified"),
      .test("self-test", "start_of_the_clock", "pass", measurement: 1.25, units: "ms", integrity: "unverified"),
      .test("self-test", "radio", "skip", integrity: "unverified"),
    ]

    private func check(_ run: PumiceRun, _ rows: [ResultRow], status: Int32) async throws {
      let ending = try await run.ending()
      #expect(ending.status == status, "\(ending.errorText)")
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.board(rows, definitions: 0))
      #expect(files.job["result"] == "pass")
    }

    @Test func monitorsExample() async throws {
      try await check(PumiceRun(example: "monitors", device: "firmware"), Self.firmware, status: 0)
    }

    /// LAVA passes over a monitor whose end never came.
    @Test func aMonitorThatDoesNotEnd() async throws {
      let text = String(decoding: bytes(of: Checkout.example("monitors")), as: UTF8.self)
        .replacing("end: Self test is over", with: "end: Self test is done")
        .replacing("seconds: 30", with: "seconds: 1")
      let run = PumiceRun(TrialJob(text: text), device: Checkout.device("firmware"))
      try await check(run, Self.firmware + [.lava("self-test", "fail")], status: 1)
      #expect(run.text(of: "logs.yaml").contains("err: lava test monitoring has timed out"))
      #expect(run.text(of: "junit.xml").contains("self-test did not come to its end"))
    }

    @Test func interactiveExample() async throws {
      let rows = ["user", "kernel", "release"].map { ResultRow(suite: "0_console", testCase: $0, result: "pass") }
      try await check(PumiceRun(example: "interactive"), rows + [.lava("0_console")], status: 0)
    }

    /// The prompt that a test shell leaves is not the answer to what is typed next.
    @Test func interactiveBetweenTestShells() async throws {
      func shell(_ name: String) -> ActionText {
        .test([.inline(name, steps: "- lava-test-case \(name) --result pass")])
      }
      let typed = """
        interactive:
        - name: typed
          prompts: ['\(JobText.prompt)']
          echo: discard
          script:
          - {name: sum, command: 'echo sum $((20 + 22))', successes: [{message: sum 42}]}
          - {name: missing, command: 'echo sum $((20 + 2))', successes: [{message: sum 42}]}
        """
      let actions = [.deploy(), .boot(), shell("first"), ActionText("test", typed), shell("second")]
      let job = TrialJob(JobText("between", actions: actions))
      let run = PumiceRun(job)
      let ending = try await run.ending()
      #expect(ending.status == 1, "\(ending.errorText)")
      let tests: [ResultRow] = [
        .test("0_first", "first", "pass"), .lava("0_first"),
        ResultRow(suite: "1_typed", testCase: "sum", result: "pass"),
        ResultRow(suite: "1_typed", testCase: "missing", result: "fail"),
        .lava("1_typed"),
        .test("1_second", "second", "pass"), .lava("1_second"),
      ]
      #expect(try ResultFiles(run).rows == ExpectedResults.board(tests, definitions: 2))
    }
  }
}
