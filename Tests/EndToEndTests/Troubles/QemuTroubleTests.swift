// SPDX-License-Identifier: Apache-2.0

import Glibc
import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// What can happen to a board in QEMU.
  @Suite struct QemuTroubleTests {
    @Test(.enabled(if: Checkout.hasBoard("qemu-x86"), "Scripts/make-board qemu-x86 was not run"))
    func terminatedInABoot() async throws {
      let run = try await booting()
      run.process.signal(SIGTERM)
      let ending = try await run.ending(limit: 150)
      #expect(ending.status == 5)
      try checkBoot(run, errorType: "Canceled", message: "The job was canceled")
    }

    @Test(.enabled(if: Checkout.hasBoard("qemu-x86"), "Scripts/make-board qemu-x86 was not run"))
    func qemuThatDies() async throws {
      let run = try await booting()
      // It is QEMU that has an image of this job's folder.
      let qemu = try run.pid { $0.contains("-kernel \(run.file("tmp"))/") }
      kill(qemu, SIGKILL)
      let ending = try await run.ending(limit: 150)
      #expect(ending.status == 3)
      try checkBoot(run, errorType: "Infrastructure", message: nil)
    }

    @Test func missingImage() async throws {
      let text = String(decoding: bytes(of: Checkout.example("qemu-x86")), as: UTF8.self)
      let job = TrialJob(text: text.replacing("../boards/qemu-x86/vmlinuz", with: "missing/vmlinuz"))
      let run = PumiceRun(job, device: Checkout.device("qemu-x86"))
      let ending = try await run.ending(limit: 150)
      #expect(ending.status == 2)
      let missing = job.folder.file("missing/vmlinuz")
      let message = "Image file '\(missing)' does not exist or is not readable"
      #expect(ending.errorText.contains(message) || ending.outputText.contains(message))
      // Where it is asked for, and what to do.
      #expect(ending.outputText.contains("\(job.path):20:"))
      #expect(ending.outputText.contains("Scripts/make-board"))
      let files = try ResultFiles(run, hasConsole: false)
      #expect(files.rows == [.lava("validate", "fail"), .lava("job", "fail")])
      #expect(files.job["error_type"] == "Job")
      #expect(files.job["error_msg"] == .string(message))
    }

    /// A board whose kernel has begun to talk.
    private func booting() async throws -> PumiceRun {
      let run = PumiceRun(example: "qemu-x86", device: "qemu-x86", "--console")
      try await run.waitFor("Linux version")
      return run
    }

    private func checkBoot(_ run: PumiceRun, errorType: String, message: String?) throws {
      let files = try ResultFiles(run)
      #expect(files.job["error_type"] == .string(errorType))
      if let message { #expect(files.job["error_msg"] == .string(message)) }
      // Whichever of the two waited for the kernel's words then.
      let login = files.rows.contains(.lava("login-action", "fail")) ? ["login-action"] : []
      let failed = (login + ["auto-login-action", "boot-image-retry"]).map { ResultRow.lava($0, "fail") }
      let rows = ExpectedResults.qemu(failed, hasLogin: false)
      #expect(files.rows == rows.dropLast() + [.lava("job", "fail")])
    }
  }
}
