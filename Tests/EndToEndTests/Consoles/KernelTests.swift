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
      #expect(files.rows == ExpectedResults.board(tests))
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
      let ending = try await run.ending(limit: 150)
      #expect(ending.status == 4)
      let files = try ResultFiles(run)
      #expect(files.job["error_type"] == "Job")
      #expect(files.job["error_msg"] == .string(boot.message))
      let failed = ["kernel-messages", "login-action", "auto-login-action", "minimal-boot"].map {
        ResultRow.lava($0, "fail")
      }
      let rows = ExpectedResults.run(failed, definitions: 1, deploy: [], boot: [], job: "fail")
      #expect(files.rows == rows)
      let messages = extra("kernel-messages", in: files)?["extra"]?.sequence
      #expect(messages?.map { $0["kind"] } == boot.kinds.map { .string($0) })
    }

    // MARK: In a test

    private static let panic = "[ 77.1] Kernel panic - not syncing: Fatal exception"
    /// What a dead kernel does: it says so, and then neither echoes nor says anything.
    private static let dying = "- \"stty -echo < /dev/console; echo '\(panic)' > /dev/console; sleep 86400\""

    /// How a test ended whose board is gone after its only case.
    private func checkDeath(_ run: PumiceRun, message: String, rows: [ResultRow]) throws {
      let files = try ResultFiles(run)
      #expect(files.job["error_type"] == "Test")
      #expect(files.job["error_msg"] == .string(message))
      #expect(files.rows == ExpectedResults.board(rows, job: "fail"))
    }

    /// Long before the three minutes that the test has.
    @Test func panicInATest() async throws {
      let job = TrialJob("dies", steps: "- lava-test-case before --result pass\n\(Self.dying)")
      let run = PumiceRun(job)
      #expect(try await run.ending(limit: 150).status == 1)
      let rows: [ResultRow] =
        [.test("0_dies", "before", "pass")]
        + ["0_dies", "lava-test-shell", "lava-test-retry"].map { .lava($0, "fail") }
      let message =
        "the kernel panicked in 0_dies, after the case 'before': Kernel panic - not syncing: Fatal exception"
      try checkDeath(run, message: message, rows: rows)
    }

    /// No test starts on a board that is gone.
    @Test func aTestIsTriedAgainOnADeadBoard() async throws {
      let job = TrialJob("dies", steps: Self.dying, test: "failure_retry: 2")
      let run = PumiceRun(job)
      #expect(try await run.ending(limit: 150).status == 1)
      let message = "the kernel panicked in 0_dies, before its first case: Kernel panic - not syncing: Fatal exception"
      let rows: [ResultRow] =
        [.lava("0_dies", "fail").superseded, .lava("lava-test-shell", "fail").superseded]
        + ["lava-test-shell", "lava-test-retry"].map { .lava($0, "fail") }
      try checkDeath(run, message: "the board is gone since an earlier attempt: \(message)", rows: rows)
    }

    /// A test may print what it likes: logs of another day, and then nothing for a while.
    @Test func oldWordsOfAKernel() async throws {
      let steps = """
        - "echo '\(Self.panic)'; echo '[77.2] ---[ end Kernel panic - not syncing'; sleep 2"
        - lava-test-case after-a-panic --result pass
        - "echo '[    0.000000] Linux version 6.1.0'; printf 'board login:'; sleep 3; echo"
        - lava-test-case after-a-boot --result pass
        """
      let run = PumiceRun(TrialJob("lives", steps: steps))
      #expect(try await run.ending(limit: 150).status == 0)
      let tests: [ResultRow] = [
        .test("0_lives", "after-a-panic", "pass"), .test("0_lives", "after-a-boot", "pass"), .lava("0_lives"),
      ]
      #expect(try ResultFiles(run).rows == ExpectedResults.board(tests))
    }

    @Test func troublesInATest() async throws {
      let bug = "[    1.3] BUG: scheduling while atomic"
      let steps = """
        - "echo '\(bug)'"
        - lava-test-case between --result pass
        - "echo '\(bug)'; echo 'WARNING: is none of the kernel'; echo '[   1.4] Oops: 0002 [#1] SMP'"
        """
      let run = PumiceRun(TrialJob("works", steps: steps))
      #expect(try await run.ending(limit: 150).status == 0)
      let files = try ResultFiles(run)
      let tests: [ResultRow] = [.test("0_works", "between", "pass"), .lava("0_works"), .lava("lava-test-shell")]
      #expect(files.rows == ExpectedResults.board(tests))
      let messages: YAMLValue = [message("bug", bug), message("oops", "[   1.4] Oops: 0002 [#1] SMP")]
      #expect(extra("lava-test-shell", in: files) == ["kernel-messages": messages])
    }

    /// Under LAVA's own rules the time has to run out.
    @Test func panicUnderLAVAsRules() async throws {
      let job = TrialJob("dies", steps: Self.dying, timeouts: "lava-test-shell: {seconds: 6}")
      let run = PumiceRun(job, "--lava-verdicts")
      #expect(try await run.ending(limit: 150).status == 1)
      #expect(try ResultFiles(run).job["error_msg"]?.string?.hasPrefix("lava-test-shell timed out after ") == true)
    }

    @Test(.enabled(if: Checkout.hasBoard("qemu-x86"), "Scripts/make-board qemu-x86 was not run"))
    func aKernelThatReallyPanics() async throws {
      var text = String(decoding: bytes(of: Checkout.example("qemu-x86")), as: UTF8.self)
      let steps = try #require(text.firstRange(of: "              steps:\n"))
      text =
        String(text[..<steps.upperBound]) + """
                          - lava-test-case before --result pass
                          - echo c > /proc/sysrq-trigger

          """
      let job = TrialJob(text: text.replacing("../boards", with: "\(Checkout.root)/boards"))
      let run = PumiceRun(job, device: Checkout.device("qemu-x86"))
      #expect(try await run.ending().status == 1)
      let files = try ResultFiles(run)
      let words =
        "the kernel panicked in 0_smoke, after the case 'before': Kernel panic - not syncing: sysrq triggered crash"
      #expect(files.job["error_msg"] == .string(words))
      let rows: [ResultRow] =
        [.test("0_smoke", "before", "pass")]
        + ["0_smoke", "lava-test-shell", "lava-test-retry"].map { .lava($0, "fail") }
      #expect(files.rows == ExpectedResults.qemu(rows).dropLast() + [.lava("job", "fail")])
    }
  }
}
