// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// What a board can print that is no result of a helper, or not one of this run.
  @Suite(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
  struct SignalTests {
    /// A script that prints its own signals, as test suites without helpers do, counts without proof.
    @Test func signalsWithoutATrailer() async throws {
      // The name is put together by printf: the trace of the shell must not hold the signal itself.
      let job = TrialJob(
        "raw",
        steps: """
          - printf '<LAVA_%s_TESTCASE TEST_CASE_ID=raw RESULT=fail UNITS=s MEASUREMENT=1.5>\\n' SIGNAL
          - lava-test-case own --result pass
          """
      )
      let run = PumiceRun(job)
      let ending = try await run.ending()
      #expect(ending.status == 1)
      let tests: [ResultRow] = [
        .test("0_raw", "raw", "fail", measurement: 1.5, units: "s", integrity: "unverified"),
        .test("0_raw", "own", "pass"),
        .lava("0_raw"),
      ]
      #expect(try ResultFiles(run).rows == ExpectedResults.board(tests))
    }

    /// The signals of yesterday's log, printed again, are nobody's results.
    @Test func signalsOfAnotherRun() async throws {
      let old = PumiceRun(TrialJob("old", steps: "- lava-test-case yesterday --result fail"))
      #expect(try await old.ending().status == 1)
      let log = old.text(of: "console.log").split(separator: "\r\n")
      let signal = try #require(log.first { $0.hasPrefix("<LAVA_SIGNAL_TESTCASE ") && $0.contains("yesterday") })
      #expect(signal.contains("> #"))
      let job = TrialJob(
        "today",
        steps: """
          - |
            cat <<'END'
            \(signal)
            END
          - lava-test-case today --result pass
          """
      )
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 0)
      #expect(run.text(of: "console.log").contains(signal))
      let tests: [ResultRow] = [.test("0_today", "today", "pass"), .lava("0_today")]
      #expect(try ResultFiles(run).rows == ExpectedResults.board(tests))
      #expect(run.text(of: "logs.yaml").contains("its sum is wrong"))
    }

    /// What the job expects and the board does not report has failed, for a replay too (spec signals §4).
    @Test func casesThatWereExpected() async throws {
      let job = TrialJob("expects", steps: "- lava-test-case one --result pass", definition: "expected: [one, two]")
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 1)
      let tests: [ResultRow] = [
        .test("0_expects", "one", "pass"),
        ResultRow(suite: "0_expects", testCase: "two", result: "fail"),
        .lava("0_expects"),
      ]
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.board(tests, job: "fail"))
      try await Replayed.check(run, files, job: job.path, status: 1)
    }

    /// `lava-test-raise` ends the job, in its own words.
    @Test func aTestThatRaises() async throws {
      let job = TrialJob("raises", steps: "- lava-test-raise no point in going on")
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 1)
      let files = try ResultFiles(run)
      #expect(files.job["error_type"] == "Test")
      #expect(files.job["error_msg"] == "no point in going on")
      let failed = ["0_raises", "lava-test-shell", "lava-test-retry"].map { ResultRow.lava($0, "fail") }
      #expect(files.rows == ExpectedResults.board(failed, job: "fail"))
      try await Replayed.check(run, files, job: job.path, status: 1)
    }

    /// Latin-1 from a board passes unharmed to the console log, and makes no other file unreadable.
    @Test func outputThatIsNotUTF8() async throws {
      let job = TrialJob(
        "latin",
        steps: """
          - lava-test-case accent --shell 'printf "caf\\351\\n"'
          - printf 'na\\357ve\\n'
          - lava-test-case after --result pass
          """
      )
      let run = PumiceRun(job, "--console")
      let ending = try await run.ending()
      #expect(ending.status == 0)
      let tests: [ResultRow] = [
        .test("0_latin", "accent", "pass"), .test("0_latin", "after", "pass"), .lava("0_latin"),
      ]
      #expect(try ResultFiles(run).rows == ExpectedResults.board(tests))
      let console = bytes(of: run.file("console.log"))
      #expect(console.firstRange(of: Array("\ncaf".utf8) + [0xe9, 0x0d]) != nil)
      #expect(console.firstRange(of: Array("\nna".utf8) + [0xef] + Array("ve\r".utf8)) != nil)
      // A terminal is told what can be shown.
      #expect(String(validating: ending.errors, as: UTF8.self)?.contains("\ncaf\u{FFFD}\n") == true)
    }

    /// A log that LAVA's own helpers have printed, with all that ends a test there.
    @Test(arguments: [false, true])
    func anOldLogOfLAVA(isStrict: Bool) async throws {
      let job = TrialJob(
        "cats",
        steps: """
          - lava-test-case before --result pass
          - |
            cat <<'END'
            <LAVA_SIGNAL_STARTRUN 0_cats 17_1.2.1>
            <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=old RESULT=fail>
            <LAVA_SIGNAL_TESTRAISE yesterday>
            <LAVA_SIGNAL_ENDRUN 0_cats 17_1.2.1>
            <LAVA_TEST_RUNNER EXIT>
            END
          - lava-test-case after --result pass
          """
      )
      let run = isStrict ? PumiceRun(job, "--strict-signals") : PumiceRun(job)
      #expect(try await run.ending().status == (isStrict ? 0 : 1))
      let old: [ResultRow] = isStrict ? [] : [.test("0_cats", "old", "fail", integrity: "unverified")]
      let tests: [ResultRow] =
        [.test("0_cats", "before", "pass")] + old + [.test("0_cats", "after", "pass"), .lava("0_cats")]
      #expect(try ResultFiles(run).rows == ExpectedResults.board(tests))
      let strictness = isStrict ? ["--strict-signals"] : []
      let replay = try await pumice(["replay", run.file("console.log"), "--job", job.path] + strictness)
      #expect(replay.status == (isStrict ? 0 : 1))
    }

    /// The runner is killed: its end does not come, but the prompt does, and the journal is asked.
    @Test func theRunnerIsKilled() async throws {
      let job = TrialJob(
        "killer",
        steps: """
          - lava-test-case one --result pass
          - kill -9 $PPID; kill -9 $$
          """
      )
      let run = PumiceRun(job)
      #expect(try await run.ending(limit: 120).status == 1)
      let tests: [ResultRow] = [.test("0_killer", "one", "pass"), .lava("0_killer", "fail")]
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.board(tests, job: "fail"))
      #expect(run.text(of: "logs.yaml").contains("The prompt is back without the end of the test runner"))
      try await Replayed.check(run, files, job: job.path, status: 1)
    }

    /// A board that loses its journal goes on without trailers, and has no answer for the host.
    @Test func theJournalIsGone() async throws {
      let job = TrialJob(
        "forgets",
        steps: "- lava-test-case one --result pass\n- rm /lava-*/0/journal\n- lava-test-case two --result pass"
      )
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 0)
      let tests: [ResultRow] = [
        .test("0_forgets", "one", "pass"), .test("0_forgets", "two", "pass", integrity: "unverified"),
        .lava("0_forgets"),
      ]
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.board(tests))
      try await Replayed.check(run, files, job: job.path, status: 0)
    }

    /// What looks like a prompt in the middle of a test: the host asks, and the shell answers when the test is over.
    @Test func aPromptThatIsNone() async throws {
      let job = TrialJob(
        "looks",
        steps: """
          - lava-test-case one --result pass
          - sh -c 'printf "root@namespace:/# "; sleep 5; echo'
          - lava-test-case two --result pass
          """
      )
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 0)
      let tests: [ResultRow] = [.test("0_looks", "one", "pass"), .test("0_looks", "two", "pass"), .lava("0_looks")]
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.board(tests))
      #expect(run.text(of: "console.log").contains("/bin/lava-journal 2- +"))
      try await Replayed.check(run, files, job: job.path, status: 0)
    }

    /// A script that fails under `set -e`: the journal tells with what.
    @Test func aScriptThatFails() async throws {
      let job = TrialJob(
        "aborts",
        steps: "- lava-test-case one --result pass\n- exit 3\n- lava-test-case two --result pass"
      )
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 1)
      let tests: [ResultRow] = [.test("0_aborts", "one", "pass"), .lava("0_aborts", "fail")]
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.board(tests, job: "fail"))
      #expect(run.text(of: "logs.yaml").contains("0_aborts: run.sh ended with status 3"))
      try await Replayed.check(run, files, job: job.path, status: 1)
    }

    /// Values that LAVA loses a result for, as helpers send them.
    @Test func oddValues() async throws {
      let job = TrialJob(
        "odd",
        steps: """
          - lava-test-case 'a b' --result pass --measurement 1,5 --units 'per cent'
          - lava-test-case unit --result pass --measurement 5ms
          - lava-test-case word --result warn
          - lava-test-case why --result skip --reason 'no <disk>'
          """
      )
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 1)
      let tests: [ResultRow] = [
        .test("0_odd", "a b", "pass", measurement: 1.5, units: "per cent"),
        .test("0_odd", "unit", "pass", measurement: 5, units: "ms"), .test("0_odd", "word", "unknown"),
        .test("0_odd", "why", "skip"), .lava("0_odd"),
      ]
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.board(tests))
      let reasons = (files.document["results"]?.sequence ?? []).compactMap { $0["extra"]?["reason"]?.string }
      #expect(reasons == ["warn", "no <disk>"])
      try await Replayed.check(run, files, job: job.path, status: 1)
    }

    /// A file comes through the console, whatever its name.
    @Test func aFileOfTheBoard() async throws {
      let job = TrialJob(
        "sends",
        steps: """
          - head -c 2000 /dev/zero | tr '\\0' 'x' > /tmp/data
          - lava-test-file /tmp/data
          - lava-test-file /tmp/data ../../escape
          """
      )
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 0)
      for name in ["data", "_._.._escape"] {
        #expect(bytes(of: run.file("files/0_sends/\(name)")) == [UInt8](repeating: UInt8(ascii: "x"), count: 2000))
      }
      let log = run.text(of: "logs.yaml")
      #expect(log.contains("Received the file 'data' of 0_sends (2000 bytes): files/0_sends/data"))
      #expect(log.contains("(680 characters)"))
    }

    /// What another board says while a test runs is in the log with its namespace (spec signals §3.8).
    @Test func feedbackOfAnotherBoard() async throws {
      let talks = """
        namespace: two
        interactive:
        - name: talks
          prompts: ['\(JobText.prompt)']
          script:
          - command: while sleep 0.1; do echo "two says $((20 + 22))"; done &
        """
      let steps = """
        - lava-test-feedback --namespace two
        - sleep 1
        - lava-test-feedback --namespace three
        - lava-test-case after --result pass
        """
      let job = TrialJob(
        JobText(
          "two",
          actions: [
            .deploy("namespace: one"),
            ActionText("boot", "namespace: two", "method: minimal", "reset: false", "prompts: ['\(JobText.prompt)']"),
            ActionText("test", talks),
            .boot("namespace: one"),
            .test([.inline("asks", steps: steps)], "namespace: one"),
          ]
        )
      )
      let run = PumiceRun(job, "--console")
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      // The other board logs in when this one talks.
      let login = ExpectedResults.login
      let before: [ResultRow] = [.lava("0_talks")] + login.map { .lava($0) }
      let tests = before + [.test("0_asks", "after", "pass"), .lava("0_asks")]
      #expect(try ResultFiles(run).rows == ExpectedResults.run(tests, definitions: 1, deploy: [], boot: login))
      let log = run.text(of: "logs.yaml")
      #expect(log.contains(#""lvl": "feedback", "msg": "two says 42", "ns": "two"}"#))
      #expect(log.contains("Requesting feedback from namespace: two"))
      #expect(log.contains("%s is not a valid namespace"))
      #expect(ending.errorText.contains("[two] two says 42\n"))
    }
  }
}
