// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// What is tried again, repeated or skipped (spec jobs §4.2, §4.3; docs/Architecture.md, "Retries really retry").
  @Suite struct AgainTests {
    /// A QEMU that, the first time, makes its kernel look for a program that is not there: the kernel panics, reboots
    /// because the job says `panic=-1`, and so ends QEMU.
    private static let panicking = """
      #!/bin/sh
      case $1 in --version) exec qemu-system-x86_64 --version ;; esac
      [ -e "$0.started" ] && exec qemu-system-x86_64 "$@"
      : > "$0.started"
      exec qemu-system-x86_64 "$@" -append 'console=ttyS0 panic=-1 rdinit=/nowhere'

      """

    @Test(.enabled(if: Checkout.hasBoard("qemu-x86"), "Scripts/make-board qemu-x86 was not run"))
    func bootAndTestAreTriedAgain() async throws {
      let folder = TemporaryFolder()
      let program = folder.write(Self.panicking, to: "qemu")
      #expect(run(["chmod", "+x", program]).status == 0)
      let device = String(decoding: bytes(of: Checkout.device("qemu-x86")), as: UTF8.self)
        .replacing("command: qemu-system-x86_64", with: "command: \(program)")
      let run = PumiceRun(example: "qemu-x86-retry", deviceFile: folder.write(device, to: "device.yaml"))
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      // The kernel had come when QEMU ended. Waiting for the login is itself an action that is tried again, in vain.
      let firstBoot = [
        ResultRow.lava("execute-qemu"), .lava("kernel-messages", "fail"), .lava("login-action", "fail"),
        .lava("login-action", "fail"), .lava("auto-login-action", "fail"),
      ]
      let tests: [ResultRow] = [
        .test("0_flaky", "attempt", "pass", measurement: 1, units: "starts").superseded,
        .lava("0_flaky", "fail").superseded,
        .lava("lava-test-shell", "fail").superseded,
        // Two starts: the board is the same, and everything ran again.
        .test("0_flaky", "attempt", "pass", measurement: 2, units: "starts"),
        .test("0_flaky", "reached", "pass"),
        .lava("0_flaky"),
      ]
      var expected = ExpectedResults.qemu(tests)
      let boot = try #require(expected.firstIndex(of: .lava("execute-qemu")))
      expected.insert(contentsOf: firstBoot.map(\.superseded), at: boot)
      let files = try ResultFiles(run)
      #expect(files.rows == expected)
      #expect(files.job["result"] == "pass")
      let console = run.text(of: "console.log")
      #expect(console.ranges(of: "Kernel panic - not syncing").count == 1)
      #expect(console.ranges(of: "Linux version ").count == 2)
      #expect(ending.outputText.contains("all tests passed"))
      try await Replayed.check(run, files, job: Checkout.example("qemu-x86-retry"), status: 0)
    }

    @Test(.enabled(if: Checkout.hasBoard("qemu-x86"), "Scripts/make-board qemu-x86 was not run"))
    func repeatedAndSkipped() async throws {
      let run = PumiceRun(example: "qemu-x86-repeat", device: "qemu-x86")
      let ending = try await run.ending()
      // What was skipped did not pass.
      #expect(ending.status == 1, "\(ending.errorText)")
      let repeats = [1.0, 2, 3].flatMap { count -> [ResultRow] in
        [.test("0_again", "starts", "pass", measurement: count, units: "starts"), .lava("0_again")]
      }
      let skipped: [ResultRow] = [
        .test("1_hangs", "begun", "pass"), .lava("1_hangs", "fail"), .lava("lava-test-shell", "fail"),
        .lava("lava-test-retry", "fail"),
      ]
      let last: [ResultRow] = [
        .test("2_hangs", "begun", "pass"), .test("2_hangs", "reached", "pass"), .lava("2_hangs"),
      ]
      let files = try ResultFiles(run)
      #expect(files.rows == ExpectedResults.qemu(repeats + skipped + last, definitions: 3))
      #expect(files.job["result"] == "pass")
      let log = run.text(of: "logs.yaml")
      #expect(log.contains("skip_timeout is set for lava-test-retry - continuing to next action block."))
      #expect(log.contains("Interrupting what still runs on the board (Ctrl-C)"))
      try await Replayed.check(run, files, job: Checkout.example("qemu-x86-repeat"), status: 1)
    }
  }
}
