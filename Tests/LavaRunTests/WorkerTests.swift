// SPDX-License-Identifier: Apache-2.0

import Glibc
import HostTools
import Testing
import YAMLDocument

extension ProgramTests {
  /// LAVA's own worker starts the program: `LavaWorker`.
  @Suite(
    .enabled(if: LavaWorker.isThere, "LAVA's worker is not there: Scripts/make-worker"),
    .disabled(if: LavaWorker.hidesCheckout, "the checkout is in /var/lib, where these tests need a folder of their own")
  )
  struct WorkerTests {
    private static let hanging = """
      - printf 'now-%s\\n' hanging
      - sleep 86400
      """

    @Test func aJobToItsEnd() async throws {
      let steps = """
        - lava-test-case environment --shell 'test "$FROM_SERVER" = hello'
        - lava-test-case prefix --shell 'test "$LAVA_DISPATCHER_PREFIX" = lab-'
        """
      // The complete file, as somebody gives it to a server.
      let shown = HostProcess([
        LavaRunJob.pumice, "device", "show", "--format", "yaml", "\(LavaRunJob.root)/Examples/devices/namespace.yaml",
      ])
      let device = try #require(await shown.ending(limit: LavaRunJob.limit))
      let worker = try await LavaWorker(LavaRunJob.job(steps), device: device.outputText)
      let end = try await worker.ending()
      #expect(end["result"] == "pass")
      #expect(end["error_type"] == "")
      // A server shows it as what went wrong.
      #expect(end["errors"] == "")
      #expect(end["description"]?.string == worker.kept("description.yaml"))
      #expect(worker.kept("description.yaml").hasPrefix("pipeline:\n"))
      #expect(worker.kept("result.yaml") == "definition: lava\ncase: job\nresult: pass\n")
      #expect(worker.server.lines == worker.kept("logs.yaml"))
      #expect(worker.server.lines.contains(#""msg": "pumice, version "#))
      // Nothing in what the server sends is new to us.
      #expect(!worker.server.lines.contains(#""lvl": "warning""#))
      let results = try worker.results.filter { $0["definition"] == "0_work" }
      #expect(results.map { $0["case"] } == ["environment", "prefix"])
      #expect(results.allSatisfy { $0["result"] == "pass" })
      #expect(try worker.results.last == ["definition": "lava", "case": "job", "result": "pass"])
      #expect(try worker.calls == [["register": "worker"], ["state": "RUNNING"], end])
    }

    @Test func aJobThatTheServerCancels() async throws {
      let worker = try await LavaWorker(LavaRunJob.job(Self.hanging))
      try await worker.waitFor("now-hanging", in: "lines")
      _ = worker.server.folder.write("", to: "cancel")
      try await expectCanceled(worker)
    }

    @Test func aBoardThatNeverAsks() async throws {
      let job = JobText("silent", timeouts: "auto-login-action: {seconds: 2}", actions: [.deploy(), .boot()])
      let worker = try await LavaWorker(job.text, device: LavaRunJob.device(console: "sleep 86400"))
      let end = try await worker.ending()
      // As with LAVA's own program in the place of ours.
      #expect(end["result"] == "fail")
      #expect(end["error_type"] == "Job")
      #expect(end["errors"] == "")
      #expect(worker.server.lines == worker.kept("logs.yaml"))
      let result = try #require(try worker.results.last)
      #expect(result["case"] == "job")
      #expect(result["error_type"] == "Job")
      #expect(result["error_msg"] == "login-action timed out after 2 seconds")
    }

    /// What `systemctl restart` and a crash leave running.
    @Test(arguments: [SIGTERM, SIGKILL])
    func aWorkerThatComesBack(_ signal: Int32) async throws {
      let worker = try await LavaWorker(LavaRunJob.job(Self.hanging))
      try await worker.waitFor("now-hanging", in: "lines")
      try await worker.stop(signal)
      _ = worker.server.folder.write("", to: "cancel")
      worker.start()
      try await expectCanceled(worker)
    }

    @Test func aJobThatEndsWithoutAWorker() async throws {
      let worker = try await LavaWorker(LavaRunJob.job("- lava-test-case alone --result pass"))
      try await worker.waitFor("RUNNING", in: "states")
      try await worker.stop(SIGKILL)
      await worker.jobEnds()
      worker.start()
      #expect(try await worker.ending()["result"] == "pass")
      #expect(worker.server.lines == worker.kept("logs.yaml"))
      #expect(try worker.results.contains { $0["case"] == "alone" && $0["result"] == "pass" })
    }

    private func expectCanceled(_ worker: LavaWorker) async throws {
      let end = try await worker.ending()
      #expect(end["result"] == "fail")
      #expect(end["error_type"] == "Canceled")
      #expect(end["errors"] == "")
      #expect(worker.server.lines == worker.kept("logs.yaml"))
      // The board was switched off all the same.
      #expect(try worker.results.contains { $0["case"] == "power-off" && $0["result"] == "pass" })
      #expect(
        try worker.results.last == [
          "definition": "lava", "case": "job", "result": "fail", "error_msg": "The job was canceled",
          "error_type": "Canceled",
        ]
      )
    }
  }
}
