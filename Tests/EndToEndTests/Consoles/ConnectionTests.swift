// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Connections that end before the board does, and boards that end with them, on the namespace board.
  @Suite(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
  struct ConnectionTests {
    private static let shell = "\(Checkout.root)/Examples/devices/namespace-shell"

    private static func device(_ folder: TemporaryFolder, connect: String, powerOff: String = "true") -> String {
      let text = String(decoding: bytes(of: Checkout.device("namespace")), as: UTF8.self)
      let commands = "'\(connect)'\n  power_off: '\(powerOff)'"
      return folder.write(text.replacing("'{DEVICE_DIR}/namespace-shell'", with: commands), to: "device.yaml")
    }

    /// The board is behind a server that ends the connection in the middle of a test: the next attempt connects again,
    /// ends what still runs there, and runs the test on the same board.
    @Test(.enabled(if: isInstalled("python3"), "there is no python3")) func aBoardThatOutlivesItsConnection()
      async throws
    {
      let folder = TemporaryFolder()
      let line = "\(Checkout.root)/Tests/EndToEndTests/serial-line.py"
      let device = Self.device(
        folder,
        connect: "python3 \(line) \(folder.path) \(Self.shell)",
        powerOff: "touch \(folder.file("off"))"
      )
      let steps = """
        - echo started >> /tmp/starts
        - lava-test-case attempt --result pass --measurement "$(wc -l < /tmp/starts)" --units starts
        - test -e /tmp/dropped || { touch /tmp/dropped; printf 'drop-%s\\n' the-line; sleep 86400; }
        - lava-test-case reached --result pass
        """
      let job = TrialJob("drops", steps: steps, test: "failure_retry: 2")
      let run = PumiceRun(job, device: device)
      let ending = await run.process.ending(limit: 150)
      #expect(ending?.status == 0, "\(ending?.errorText ?? "")")
      let first: [ResultRow] = [
        .test("0_drops", "attempt", "pass", measurement: 1, units: "starts"), .lava("0_drops", "fail"),
        .lava("lava-test-shell", "fail"),
      ]
      let second: [ResultRow] = [
        .test("0_drops", "attempt", "pass", measurement: 2, units: "starts"), .test("0_drops", "reached", "pass"),
        .lava("0_drops"),
      ]
      let rows = first.map(\.superseded) + second
      let boot = ExpectedResults.login
      #expect(try ResultFiles(run).rows == ExpectedResults.run(rows, definitions: 1, deploy: [], boot: boot))
      let log = run.text(of: "logs.yaml")
      #expect(log.contains("lava-test-retry failed: 1 of 2 attempts. 'Connection closed'"))
      #expect(log.contains("The connection to the board has ended: connecting again, by python3 "))
      #expect(log.contains("Interrupting what still runs on the board (Ctrl-C)"))
    }

    /// The board ends with its connection: what is reached then is another board, which knows nothing of the test.
    @Test func aBoardThatEndsWithItsConnection() async throws {
      let folder = TemporaryFolder()
      let job = TrialJob(
        "ends",
        steps: "- setsid sh -c 'printf \"now-%s\\\\n\" hanging; exec sleep 86399' &\n- sleep 86400",
        test: "failure_retry: 2"
      )
      let run = PumiceRun(job, device: Self.device(folder, connect: Self.shell), "--console")
      try await run.waitFor("now-hanging")
      let board = try run.pid { $0.hasPrefix("unshare ") }
      #expect(HostTools.run(["kill", "-KILL", "\(board)"]).status == 0)
      let ending = try await run.ending(limit: 150)
      #expect(ending.status == 4)
      let files = try ResultFiles(run)
      #expect(files.job["error_type"] == "Job")
      #expect(files.job["error_msg"]?.string?.hasPrefix("'. /lava-1/environment' failed with return code ") == true)
      #expect(run.text(of: "logs.yaml").contains("lava-test-retry failed: 1 of 2 attempts. 'Connection closed'"))
    }

    /// Each boot of a repeat block has a connection of its own, and the one before is closed first.
    @Test func aBlockThatIsRepeated() async throws {
      let folder = TemporaryFolder()
      let connect = folder.write(
        """
        #!/bin/sh
        mkdir '\(folder.file("taken"))' || exit 1
        trap 'rmdir "\(folder.file("taken"))"' EXIT HUP TERM
        echo opened >> '\(folder.file("opened"))'
        \(Self.shell)
        """,
        to: "connect"
      )
      #expect(HostTools.run(["chmod", "+x", connect]).status == 0)
      let test = ActionText.test([.inline("again", steps: "- lava-test-case one --result pass")])
      let job = TrialJob(JobText("again", actions: [.deploy(), .repeated(2, [.boot(), test])]))
      let run = PumiceRun(job, device: Self.device(folder, connect: connect))
      let ending = try await run.ending(limit: 150)
      #expect(ending.status == 0, "\(ending.errorText)")
      #expect(bytes(of: folder.file("opened")) == Array("opened\nopened\n".utf8))
    }
  }
}
