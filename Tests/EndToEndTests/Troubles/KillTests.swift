// SPDX-License-Identifier: Apache-2.0

import Glibc
import HostTools
import Testing

extension EndToEnd {
  /// `pumice` is killed by SIGKILL, in each action of a job on the namespace board: the board is switched off once, and
  /// nothing is left.
  @Suite(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
  struct KillTests {
    /// As `pumice plan` has them. The last of them never ends by itself.
    private static let actions = [
      "1 lava-overlay", "1.1 lava-multinode-overlay", "1.2 test-definition", "1.2.1 inline-repo-action",
      "1.2.2 test-overlay", "1.2.3 test-install-overlay", "1.2.4 test-runscript-overlay", "1.3 compress-overlay",
      "2 minimal-boot", "2.1 connect-device", "2.2 reset-device", "2.2.1 pdu-reboot", "2.3 auto-login-action",
      "2.3.1 login-action", "2.4 expect-shell-connection", "2.5 overlay-unpack", "2.6 export-device-env",
      "3 lava-test-retry", "3.1 lava-test-shell",
    ]

    /// Leaves the session, on the board.
    private static let steps = "- setsid sleep 86399 &\n- sleep 86398"

    /// A board with a power switch: a program that notes what it is told in `power`. It leaves a process behind when it
    /// switches on, as labs that are made of virtual machines do, and waits where there is a `gate`.
    private struct Lab {
      let folder = TemporaryFolder()
      var power: String { String(decoding: bytes(of: folder.file("power")), as: UTF8.self) }
      var gate: String { folder.file("gate") }

      func device() -> String {
        let program = folder.write(
          """
          #!/bin/sh
          cd '\(folder.path)'
          # The gate is looked for before anything is said, for the test takes it away then.
          if test -p gate; then echo begin-$1 >> power; cat gate; else echo begin-$1 >> power; fi
          echo $1 >> power

          """,
          to: "switch"
        )
        #expect(run(["chmod", "+x", program]).status == 0)
        let text = String(decoding: bytes(of: Checkout.device("namespace")), as: UTF8.self)
          .replacing("{DEVICE_DIR}", with: "\(Checkout.root)/Examples/devices")
          .replacing("commands:\n", with: "commands:\n  hard_reset: \(program) reset\n  power_off: \(program) off\n")
        return folder.write(text, to: "device.yaml")
      }
    }

    private static func job() -> TrialJob {
      TrialJob("hang", steps: steps, reset: true)
    }

    @Test(arguments: actions) func inAnAction(_ action: String) async throws {
      let lab = Lab()
      let run = PumiceRun(Self.job(), device: lab.device())
      try #require(await FileWatch.waitFor("start: \(action) (", in: run.file("logs.yaml"), limit: 60))
      run.process.signal(SIGKILL)
      #expect(await run.process.ending(limit: 60)?.status == 128 + SIGKILL)
      #expect(await run.watch.settled(limit: 60) == [])
      #expect(lab.power.split(separator: "\n").filter { $0.hasSuffix("off") } == ["begin-off", "off"])
      #expect(!run.fileNames.contains("tmp"))
      let said = run.text(of: "supervisor.log").split(separator: "\n")
      #expect(said.last?.hasSuffix(" done") == true)
      #expect(said.count { $0.contains(" power-off: ") && $0.hasSuffix(" succeeded") } == 1)
    }

    /// The power-off was under way: it is begun again, and ends once.
    @Test func inThePowerOff() async throws {
      let lab = Lab()
      let run = PumiceRun(Self.job(), device: lab.device())
      try #require(await FileWatch.waitFor("start: 3.1 ", in: run.file("logs.yaml"), limit: 60))
      #expect(mkfifo(lab.gate, 0o600) == 0)
      run.process.signal(SIGINT)
      try #require(await FileWatch.waitFor("begin-off", in: lab.folder.file("power"), limit: 60))
      unlink(lab.gate)
      run.process.signal(SIGKILL)
      #expect(await run.process.ending(limit: 60)?.status == 128 + SIGKILL)
      #expect(await run.watch.settled(limit: 60) == [])
      let lines = lab.power.split(separator: "\n").filter { $0.hasSuffix("off") }
      #expect(lines == ["begin-off", "begin-off", "off"])
    }

    /// A job that comes to its end leaves the supervisor nothing to do.
    @Test func notKilled() async throws {
      let lab = Lab()
      let run = PumiceRun(TrialJob("ends", steps: "- 'true'"), device: lab.device())
      #expect(try await run.ending(limit: 60).status == 0)
      #expect(lab.power == "begin-off\noff\n")
      #expect(!run.fileNames.contains("supervisor.log"))
    }
  }
}
