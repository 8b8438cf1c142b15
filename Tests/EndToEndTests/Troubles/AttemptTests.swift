// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Attempts at a test that leave something running on the board, on the namespace board.
  @Suite(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
  struct AttemptTests {
    /// Steps that say which attempt they are of.
    private static let counting = """
      - echo started >> /tmp/starts
      - lava-test-case attempt --result pass --measurement "$(wc -l < /tmp/starts)" --units starts

      """

    private func attempt(_ suite: String, _ count: Double) -> ResultRow {
      .test(suite, "attempt", "pass", measurement: count, units: "starts")
    }

    @Test func timeIsOverAndTheTestIsTriedAgain() async throws {
      let job = TrialJob(
        "slow",
        steps: Self.counting + "- test -e /tmp/tried || { touch /tmp/tried; sleep 86400; }",
        timeouts: "lava-test-shell: {seconds: 8}",
        test: "failure_retry: 2"
      )
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 0)
      let first = [attempt("0_slow", 1), .lava("0_slow", "fail"), .lava("lava-test-shell", "fail")]
      let rows = first.map(\.superseded) + [attempt("0_slow", 2), .lava("0_slow")]
      #expect(try ResultFiles(run).rows == ExpectedResults.board(rows))
    }

    /// A test that does not listen to Ctrl-C: the runner on the board ends it, after five seconds, and says EXIT when
    /// the next attempt is already waiting. That is not the next attempt's EXIT.
    @Test func aTestThatIsDeaf() async throws {
      let deaf = """
        - "deaf() { trap '' INT; sleep 86400; }"
        - test -e /tmp/tried || { touch /tmp/tried; lava-test-raise once more || deaf; }
        """
      let job = TrialJob("deaf", steps: Self.counting + deaf, test: "failure_retry: 2")
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 0)
      let first = [attempt("0_deaf", 1), .lava("0_deaf", "fail"), .lava("lava-test-shell", "fail")]
      let rows = first.map(\.superseded) + [attempt("0_deaf", 2), .lava("0_deaf")]
      #expect(try ResultFiles(run).rows == ExpectedResults.board(rows))
      #expect(run.text(of: "console.log").ranges(of: "<LAVA_TEST_RUNNER EXIT> #").count == 2)
    }

    @Test func theLastAttemptCounts() async throws {
      let job = TrialJob("never", steps: Self.counting + "- lava-test-raise in vain", test: "failure_retry: 2")
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 1)
      let attempts = [1.0, 2].map {
        [attempt("0_never", $0), .lava("0_never", "fail"), .lava("lava-test-shell", "fail")]
      }
      let rows = attempts[0].map(\.superseded) + attempts[1] + [.lava("lava-test-retry", "fail")]
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.board(rows, job: "fail"))
      #expect(files.job["error_type"] == "Test")
      #expect(files.job["error_msg"] == "in vain")
    }

    /// A block of a boot and a test, twice: four actions of the job, each test with a suite of its own (spec jobs §2.1).
    @Test func bootAndTestAreRepeatedAsABlock() async throws {
      let test = ActionText.test([.inline("again", steps: "- lava-test-case ran --result pass")], "")
      let run = PumiceRun(TrialJob(JobText("again", actions: [.deploy(), .repeated(2, [.boot(), test])])))
      #expect(try await run.ending().status == 0)
      let rows =
        [.test("0_again", "ran", "pass"), .lava("0_again")] + ExpectedResults.login.map { ResultRow.lava($0) }
        + [.test("1_again", "ran", "pass"), .lava("1_again")]
      #expect(try ResultFiles(run).rows == ExpectedResults.board(rows, definitions: 2))
      let starts = run.text(of: "logs.yaml").split(separator: "\n")
        .compactMap { $0.firstMatch(of: #/"start: (\d+ [a-z-]+) /#).map { String($0.1) } }
      #expect(
        starts == [
          "1 lava-overlay", "2 minimal-boot", "3 lava-test-retry", "4 minimal-boot", "5 lava-test-retry",
          "6 finalize",
        ]
      )
    }

    /// Both actions that try again below a boot repeat (spec jobs §4.3): two connections with two logins each.
    @Test func aBootIsRepeated() async throws {
      let job = TrialJob("twice", steps: "- lava-test-case ran --result pass", boot: "repeat: 2")
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 0)
      let more = (0..<3).flatMap { _ in ExpectedResults.login.map { ResultRow.lava($0) } }
      let rows = more + [.test("0_twice", "ran", "pass"), .lava("0_twice")]
      #expect(try ResultFiles(run).rows == ExpectedResults.board(rows))
      #expect(run.text(of: "logs.yaml").ranges(of: "\"start: 2.1 connect-device ").count == 2)
    }

    /// `repeat` goes on after a failure, and says at the end how many there were (spec jobs §4.3).
    @Test func oneOfThreeRepetitionsFails() async throws {
      let second = "- test \"$(wc -l < /tmp/starts)\" -ne 2 || lava-test-raise the second || sleep 86400"
      let job = TrialJob("thrice", steps: Self.counting + second, test: "repeat: 3")
      let run = PumiceRun(job)
      #expect(try await run.ending().status == 1)
      let rows = [
        attempt("0_thrice", 1), .lava("0_thrice"),
        attempt("0_thrice", 2), .lava("0_thrice", "fail"), .lava("lava-test-shell", "fail"),
        attempt("0_thrice", 3), .lava("0_thrice"),
        .lava("lava-test-retry", "fail"),
      ]
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.board(rows, job: "fail"))
      #expect(files.job["error_type"] == "Test")
      #expect(files.job["error_msg"] == "1 retries out of 3 failed for lava-test-retry")
      // A replay knows it, too, though the last repetition ended well.
      let replay = try await pumice("replay", run.file("console.log"), "--job", job.path, "--format", "json")
      #expect(replay.status == 1)
      let replayed = try ResultFiles.json(replay.output)["job"]
      for key in ["result", "error_type", "error_msg"] { #expect(replayed?[key] == files.job[key]) }
    }
  }
}
