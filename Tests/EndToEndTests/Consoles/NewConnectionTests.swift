// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Further consoles of a board: `method: new_connection`.
  @Suite(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
  struct NewConnectionTests {
    /// The namespace board with a second line, on which a program says what a test of its own would.
    private static func device(_ folder: TemporaryFolder, second: String) -> String {
      let text = String(decoding: bytes(of: Checkout.device("namespace")), as: UTF8.self)
      let commands = """
        '\(Checkout.namespaceShell)'
          connections:
            uart0: {connect: '\(Checkout.namespaceShell)', tags: [primary]}
            uart1: {connect: '\(second)'}
        """
      return folder.write(text.replacing("'{DEVICE_DIR}/namespace-shell'", with: commands), to: "device.yaml")
    }

    /// - Parameters:
    ///   - second: more keys of the second line's boot, YAML.
    ///   - test: the test on it.
    private static func job(_ second: String, _ test: ActionText? = nil) -> TrialJob {
      let actions: [ActionText] = [
        .deploy("namespace: first"), .boot("namespace: first"),
        ActionText("boot", "method: new_connection", "namespace: second", "connection: uart1", second),
        .test([.inline("main", steps: "- lava-test-case one --result pass")], "namespace: first"),
      ]
      return TrialJob(JobText("two-lines", actions: actions + (test.map { [$0] } ?? [])))
    }

    /// A line that is only watched, and on which results are read that it has by itself.
    @Test func aLineThatIsWatched() async throws {
      let folder = TemporaryFolder()
      let script = folder.write(
        "echo begin; echo 'case_a: pass'; echo 'case_b: fail'; echo end; exec sleep 86400\n",
        to: "s"
      )
      let test = """
        namespace: second
        monitors:
        - name: watched
          start: begin
          end: end
          pattern: '(?P<test_case_id>case_[a-z]): (?P<result>[a-z]+)'
          fixupdict: {pass: pass, fail: fail}
        """
      let run = PumiceRun(Self.job("", ActionText("test", test)), device: Self.device(folder, second: "sh \(script)"))
      let ending = try await run.ending(limit: 60)
      #expect(ending.status == 1, "\(ending.errorText)")
      let rows = try ResultFiles(run).rows.filter { $0.suite != "lava" || $0.testCase.hasPrefix("0_") }
      let found: [(String, String)] = rows.map { ($0.testCase, $0.result) }
      #expect(found.map(\.0) == ["one", "0_main", "case_a", "case_b"])
      #expect(found.map(\.1) == ["pass", "pass", "pass", "fail"])
      // What it said while the other console was used.
      let feedback = run.text(of: "logs.yaml").split(separator: "\n").filter { $0.contains(#""lvl": "feedback""#) }
      #expect(feedback.contains { $0.contains("case_a: pass") && $0.contains("second") })
    }

    /// A line on which somebody logs in.
    @Test func aLineWithAShell() async throws {
      let folder = TemporaryFolder()
      let test = """
        namespace: second
        interactive:
        - name: other
          prompts: ['\(JobText.prompt)']
          script:
          - {command: echo a-$((40 + 2)), name: answer, successes: [{message: a-42}]}
        """
      let run = PumiceRun(
        Self.job("prompts: ['\(JobText.prompt)']", ActionText("test", test)),
        device: Self.device(folder, second: Checkout.namespaceShell)
      )
      let ending = try await run.ending(limit: 60)
      #expect(ending.status == 0, "\(ending.errorText)")
      let rows = try ResultFiles(run).rows
      #expect(rows.contains { $0.suite == "0_main" && $0.testCase == "one" && $0.result == "pass" })
      #expect(rows.contains { $0.testCase == "answer" && $0.result == "pass" })
    }

    /// A line that cannot be opened.
    @Test func aLineThatIsNotThere() async throws {
      let folder = TemporaryFolder()
      let run = PumiceRun(Self.job("prompts: ['# ']"), device: Self.device(folder, second: "false"))
      let ending = try await run.ending(limit: 60)
      #expect(ending.status == 3, "\(ending.errorText)")
      let message = try ResultFiles(run).job["error_msg"]?.string ?? ""
      #expect(message.contains("'false' ended with status 1"), "\(message)")
    }
  }
}
