// SPDX-License-Identifier: Apache-2.0

import Glibc
import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Boards behind lines that Pumice speaks itself and that drop in the middle of a test, on the namespace board behind
  /// a console server: the test goes on, and what was lost is asked for.
  @Suite(
    .enabled(if: Checkout.hasNamespaces && isInstalled("python3"), "this kernel gives us no namespaces, or no python3")
  )
  struct DroppedLineTests {
    private static func device(_ folder: TemporaryFolder, connect: String, delay: Int = 0) -> String {
      let text = String(decoding: bytes(of: Checkout.device("namespace")), as: UTF8.self)
      let more = "character_delays: {boot: \(delay), test: \(delay)}\ncommands:\n"
      return folder.write(
        text.replacing("'{DEVICE_DIR}/namespace-shell'", with: connect).replacing("commands:\n", with: more),
        to: "device.yaml"
      )
    }

    /// Runs a job behind a server; everything has to come out as if the line had never dropped.
    private func run(
      _ kind: ConsoleServer.Kind,
      _ steps: String,
      _ cases: [String],
      delay: Int = 0
    ) async throws -> PumiceRun {
      let (folder, watch) = (TemporaryFolder(), ProcessWatch())
      let server = try #require(
        await ConsoleServer(kind, board: [Checkout.namespaceShell], environment: watch.environment)
      )
      let device = Self.device(folder, connect: server.address(kind), delay: delay)
      let run = PumiceRun(TrialJob("drops", steps: steps), device: device)
      let ending = try await run.ending(limit: 90)
      #expect(ending.status == 0, "\(ending.errorText)")
      // Nobody powers the board off: it ends with its line.
      server.process.signal(SIGKILL)
      for member in watch.living { kill(member.pid, SIGKILL) }
      #expect(await watch.settled(limit: 60) == [])
      let rows = cases.map { ResultRow.test("0_drops", $0, "pass") } + [.lava("0_drops")]
      // What was asked for again is as good as what came by itself.
      let anyIntegrity = { (row: ResultRow) in
        var row = row
        row.integrity = nil
        return row
      }
      let boot = ExpectedResults.login
      let expected = ExpectedResults.run(rows, definitions: 1, deploy: [], boot: boot)
      #expect(try ResultFiles(run).rows.map(anyIntegrity) == expected.map(anyIntegrity))
      return run
    }

    @Test(arguments: [ConsoleServer.Kind.tcp, .telnet]) func quietLine(_ kind: ConsoleServer.Kind) async throws {
      let run = try await run(kind, "- lava-test-case one --result pass", ["one"], delay: 1)
      #expect(!run.text(of: "logs.yaml").contains("has dropped"))
    }

    /// The line is back before the test ends.
    @Test func inTheMiddle() async throws {
      let steps = """
        - lava-test-case one --result pass
        - printf 'drop-%s\\n' the-line
        - lava-test-case two --result pass
        - lava-test-case three --result pass
        - sleep 4
        - lava-test-case four --result pass
        """
      let log = try await run(.telnet, steps, ["one", "two", "three", "four"]).text(of: "logs.yaml")
      #expect(log.contains("has dropped (the other end has closed it): connecting again"))
      #expect(log.contains(" is back after "))
    }

    /// The end of the test and the prompt behind it are lost.
    @Test func atTheEnd() async throws {
      let steps = """
        - lava-test-case one --result pass
        - printf 'drop-%s\\n' the-line
        - lava-test-case two --result pass
        """
      let log = try await run(.tcp, steps, ["one", "two"]).text(of: "logs.yaml")
      #expect(log.contains("The console was away, and is silent: asking for a prompt"))
    }

    /// The server is gone for good: an infrastructure failure, within its time.
    @Test func neverBack() async throws {
      let (folder, watch) = (TemporaryFolder(), ProcessWatch())
      let server = try #require(
        await ConsoleServer(.telnet, board: [Checkout.namespaceShell], environment: watch.environment)
      )
      let steps = "- printf 'now-%s\\n' hanging\n- sleep 86400"
      let device = Self.device(folder, connect: server.address(.telnet))
      let run = PumiceRun(TrialJob("drops", steps: steps), device: device, "--console")
      try await run.waitFor("now-hanging")
      server.process.signal(SIGKILL)
      let ending = try await run.ending(limit: 120)
      #expect(ending.status == 3)
      let files = try ResultFiles(run)
      #expect(files.job["error_type"] == "Infrastructure")
      #expect(files.job["error_msg"] == "Connection closed")
      #expect(run.text(of: "logs.yaml").contains("does not come back: given up after 12 attempts"))
      // The board has lost its terminal; whether that ends it depends on what who started the tests ignores.
      for member in watch.living { kill(member.pid, SIGKILL) }
      #expect(await watch.settled(limit: 60) == [])
    }
  }
}
