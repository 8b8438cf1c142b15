// SPDX-License-Identifier: Apache-2.0

import Glibc
import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Jobs that do not come to a good end, on the namespace board: each ends in time, says why, and leaves nothing behind.
  @Suite(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
  struct TroubleTests {
    /// A test that never ends by itself, with a process that has left the session. It is that one which says so: the
    /// shell's trace does not hold the words.
    private static let hanging = """
      - lava-test-case before --result pass
      - setsid sh -c 'printf "now-%s\\n" hanging; exec sleep 86399' &
      - sleep 86400
      - lava-test-case never --result pass
      """

    /// How a run that was cut short must look.
    struct End {
      var status: Int32
      var errorType: String
      /// How it begins.
      var message: String
    }

    @Test func interruptInATest() async throws {
      let job = TrialJob("hang", steps: Self.hanging)
      let run = PumiceRun(job, "--console")
      try await waitForHanging(run)
      run.process.signal(SIGINT)
      let ending = try await run.ending(limit: 150)
      let end = End(status: 5, errorType: "Canceled", message: "The job was canceled")
      try checkHanging(run, ending, end)
      #expect(ending.outputText.contains("canceled"))
    }

    @Test func testThatHangs() async throws {
      let job = TrialJob("hang", steps: Self.hanging, timeouts: "lava-test-shell: {seconds: 5}")
      let run = PumiceRun(job, "--console")
      try await waitForHanging(run)
      let ending = try await run.ending(limit: 150)
      // The words of spec results-and-log §4; the seconds are those that passed, in whole ones.
      let end = End(status: 1, errorType: "Test", message: "lava-test-shell timed out after ")
      try checkHanging(run, ending, end)
    }

    @Test func jobWhoseTimeIsOver() async throws {
      let job = TrialJob("hang", steps: Self.hanging, jobTime: 10)
      let run = PumiceRun(job, "--console")
      try await waitForHanging(run)
      let ending = try await run.ending(limit: 150)
      #expect(ending.status == 4)
      let files = try ResultFiles(run)
      #expect(files.job["error_type"] == "Test")
      #expect(files.job["error_msg"]?.string?.hasPrefix("lava-test-shell timed out after ") == true)
      #expect(files.rows == hangingRows)
      #expect(ending.outputText.contains("raise 'job' in its 'timeouts'"))
    }

    @Test func consoleThatDiesInATest() async throws {
      let job = TrialJob("hang", steps: Self.hanging)
      let run = PumiceRun(job, "--console")
      try await waitForHanging(run)
      kill(try run.pid { $0.hasPrefix("unshare ") }, SIGKILL)
      let ending = try await run.ending(limit: 150)
      let end = End(status: 3, errorType: "Infrastructure", message: "Connection closed")
      try checkHanging(run, ending, end)
    }

    @Test func loginThatNeverComes() async throws {
      let login = """
        auto_login:
          login_prompt: 'no board says this'
          username: root
        """
      let job = TrialJob(
        "login",
        steps: "- 'true'",
        timeouts: "auto-login-action: {seconds: 4}",
        prompt: "nor this",
        boot: login
      )
      let run = PumiceRun(job, "--console")
      let ending = try await run.ending(limit: 150)
      #expect(ending.status == 4)
      let files = try ResultFiles(run)
      #expect(files.job["error_type"] == "Job")
      #expect(files.job["error_msg"]?.string?.hasPrefix("login-action timed out after ") == true)
      let failed = ["login-action", "auto-login-action", "minimal-boot"].map { ResultRow.lava($0, "fail") }
      let rows = ExpectedResults.run(failed, definitions: 1, deploy: [], boot: [], job: "fail")
      #expect(files.rows == rows)
    }

    /// A second Ctrl-C while the board is being switched off does not stop that.
    @Test func canceledTwice() async throws {
      let job = TrialJob("hang", steps: Self.hanging)
      let gate = job.folder.file("gate")
      #expect(mkfifo(gate, 0o600) == 0)
      let device = String(decoding: bytes(of: Checkout.device("namespace")), as: UTF8.self)
        .replacing("{DEVICE_DIR}", with: "\(Checkout.root)/Examples/devices")
        .replacing("commands:\n", with: "commands:\n  power_off: cat \(gate)\n")
      let run = PumiceRun(job, device: job.folder.write(device, to: "device.yaml"), "--console")
      try await waitForHanging(run)
      run.process.signal(SIGINT)
      // Opens once `cat` reads, and lets it end when it is closed.
      let writer = try #require(fopen(gate, "w"))
      run.process.signal(SIGINT)
      try await run.waitFor("The job was canceled again")
      fclose(writer)
      let ending = try await run.ending(limit: 150)
      let end = End(status: 5, errorType: "Canceled", message: "The job was canceled")
      try checkHanging(run, ending, end)
    }

    private func waitForHanging(_ run: PumiceRun) async throws {
      try await run.waitFor("now-hanging")
      run.watch.holdNamespaces()
      #expect(run.watch.namespaceCount == 1)
      #expect(run.watch.living.contains { $0.command.contains("lava-test-runner") })
    }

    /// What a run of `hanging` leaves that was cut short.
    private var hangingRows: [ResultRow] {
      let cut: [ResultRow] = [.test("0_hang", "before", "pass"), .lava("0_hang", "fail")]
      let failed = ["lava-test-shell", "lava-test-retry"].map { ResultRow.lava($0, "fail") }
      let rows = ExpectedResults.board(cut + failed, job: "fail")
      return rows
    }

    private func checkHanging(_ run: PumiceRun, _ ending: HostProcess.Ending, _ end: End) throws {
      #expect(ending.status == end.status)
      let files = try ResultFiles(run)
      #expect(files.job["result"] == "fail")
      #expect(files.job["error_type"] == .string(end.errorType))
      #expect(files.job["error_msg"]?.string?.hasPrefix(end.message) == true)
      #expect(files.rows == hangingRows)
    }
  }
}
