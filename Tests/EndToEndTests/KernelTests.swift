// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// What a kernel reports of its troubles while it boots, on the namespace board behind the words of a kernel.
  @Suite(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
  struct KernelTests {
    private static let warning = #"""
      printf '[    1.0] ------------[ cut here ]------------\n[    1.1] WARNING: at a.c:1\n'
      printf '[    1.2] ---[ end trace 0123456789abcdef ]---\n[    1.3] BUG: scheduling while atomic\n'
      """#
    private static let warningText =
      "[    1.0] ------------[ cut here ]------------\r\n[    1.1] WARNING: at a.c:1\r\n"
      + "[    1.2] ---[ end trace 0123456789abcdef ]---"
    private static let shell = "exec \(Checkout.root)/Examples/devices/namespace-shell"

    /// A namespace board that does something before its shell starts.
    private func device(_ folder: TemporaryFolder, _ script: String) -> String {
      let connect = folder.write("#!/bin/sh\nstty -echo\n\(script)\n", to: "connect")
      #expect(run(["chmod", "+x", connect]).status == 0)
      let text = String(decoding: bytes(of: Checkout.device("namespace")), as: UTF8.self)
      return folder.write(text.replacing("'{DEVICE_DIR}/namespace-shell'", with: connect), to: "device.yaml")
    }

    private func message(_ kind: String, _ text: String) -> YAMLValue {
      ["kind": .string(kind), "message": .string(text)]
    }

    /// What a result of the suite `lava` has to say beyond its verdict.
    private func extra(_ testCase: String, in files: ResultFiles) -> YAMLValue? {
      files.document["results"]?.sequence?.first { $0["case"]?.string == testCase }?["extra"]
    }

    @Test func troublesOfABoot() async throws {
      let folder = TemporaryFolder()
      let job = TrialJob("works", steps: "- lava-test-case one --result pass")
      let run = PumiceRun(job, device: device(folder, "\(Self.warning)\nstty echo; \(Self.shell)"))
      #expect(try await run.ending().status == 0)
      let files = try ResultFiles(run)
      let tests: [ResultRow] = [.test("0_works", "one", "pass"), .lava("0_works")]
      #expect(files.rows == ExpectedResults.run(tests, definitions: 1, deploy: [], boot: ExpectedResults.login))
      let messages: YAMLValue = [
        message("warning", Self.warningText), message("bug", "[    1.3] BUG: scheduling while atomic"),
      ]
      #expect(extra("kernel-messages", in: files) == ["extra": messages])
      #expect(extra("login-action", in: files) == ["extra": messages])
      let log = run.text(of: "logs.yaml")
      #expect(log.contains(#""login-action: kernel 'warning'""#))
      #expect(log.contains(#""login-action: kernel 'bug'""#))
    }

    @Test func troublesThatAreIgnored() async throws {
      let folder = TemporaryFolder()
      let job = TrialJob("works", steps: "- lava-test-case one --result pass", boot: "ignore_kernel_messages: true")
      let panic = #"printf 'Kernel panic - not syncing: x\nend Kernel panic\n'"#
      let run = PumiceRun(job, device: device(folder, "\(panic)\nstty echo; \(Self.shell)"))
      #expect(try await run.ending().status == 0)
      let tests: [ResultRow] = [.test("0_works", "one", "pass"), .lava("0_works")]
      #expect(try ResultFiles(run).rows == ExpectedResults.run(tests, definitions: 1, deploy: [], boot: []))
    }

    /// How a boot may end badly.
    struct BadBoot: Sendable {
      var script: String
      var boot = ""
      var message: String
      /// What the result `kernel-messages` has.
      var kinds: [String]
    }

    static let badBoots = [
      BadBoot(
        script: warning + "\n"
          + #"printf '[2] Kernel panic - not syncing: a\n[3] ---[ end Kernel panic - not syncing: a ]---\n'; exec cat"#,
        message: "[2] Kernel panic - not syncing: a\r\n[3] ---[ end Kernel panic - not syncing: a ]---",
        kinds: ["warning", "bug", "panic"]
      ),
      // The machine ends before the panic's end.
      BadBoot(
        script: #"printf '[2] Kernel panic - not syncing: a\n[3] Rebooting'"#,
        message: "Kernel panic - not syncing",
        kinds: ["panic"]
      ),
      BadBoot(
        script: #"printf 'U-Boot SPL 2024.01 (x)\n'; exec cat"#,
        message: "U-Boot SPL 2024.01 (x)",
        kinds: ["DUT_has_reset"]
      ),
      BadBoot(
        script: warning + "\n" + #"printf 'You are in emergency mode\n'; exec cat"#,
        boot: "failure_message: 'emergency m..e'",
        message: "Matched job-specific failure message: 'emergency m..e'",
        kinds: ["warning", "bug"]
      ),
    ]

    @Test(arguments: badBoots) func badBoot(_ boot: BadBoot) async throws {
      let folder = TemporaryFolder()
      let job = TrialJob("never", steps: "- 'true'", boot: boot.boot)
      let run = PumiceRun(job, device: device(folder, boot.script))
      let ending = try await run.ending(limit: 60)
      #expect(ending.status == 4)
      let files = try ResultFiles(run)
      #expect(files.job["error_type"] == "Job")
      #expect(files.job["error_msg"] == .string(boot.message))
      let failed = ["kernel-messages", "login-action", "auto-login-action", "minimal-boot"].map {
        ResultRow.lava($0, "fail")
      }
      let rows = ExpectedResults.run(failed, definitions: 1, deploy: [], boot: [])
      #expect(files.rows == rows.dropLast() + [.lava("job", "fail")])
      let messages = extra("kernel-messages", in: files)?["extra"]?.sequence
      #expect(messages?.map { $0["kind"] } == boot.kinds.map { .string($0) })
    }
  }
}
