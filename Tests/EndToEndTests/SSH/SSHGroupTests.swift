// SPDX-License-Identifier: Apache-2.0

import Glibc
import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Guests that log in to the board of another role (spec multinode §7).
  @Suite(.enabled(if: SSHBoard.isPossible, SSHBoard.reason))
  struct SSHGroupTests {
    private let folder = TemporaryFolder()
    private let port = SSHServer.freePort()

    /// - Parameters:
    ///   - listening: where the host's server listens.
    ///   - host: steps of the host's test before it starts its server, and behind it.
    ///   - guest: those of the guests.
    private func job(listening: Int, host: (before: [String], after: [String]), guests: Int, guest: [String]) -> String
    {
      let start = [
        "lava-test-case server --shell \(SSHBoard.serverCommand(port: listening))",
        "lava-send ipv4 ipaddr=127.0.0.1", "lava-send lava_start",
      ]
      let text = { (steps: [String]) in
        steps.map { "- \(YAMLEmitter.inline(.string($0)))" }.joined(separator: "\n")
      }
      let protocols = """
        protocols:
          lava-multinode:
            timeout: {minutes: 2}
            roles:
              host: {device_type: host, count: 1}
              guest: {connection: ssh, count: \(guests), host_role: host, expect_role: host, request: lava-start}
        """
      let address = """
        protocols:
          lava-multinode:
          - {action: prepare-scp-overlay, request: lava-wait, messageID: ipv4, message: {ipaddr: $ipaddr}}
        """
      let actions: [ActionText] = [
        .deploy("role: [host]\nauthorize: ssh"), .boot("role: [host]"),
        .test([.inline("serve", steps: text(host.before + start + host.after))], "role: [host]"),
        SSHBoard.deploy("role: [guest]\n\(address)"),
        SSHBoard.boot("role: [guest]\nparameters: {hostID: ipv4, host_key: ipaddr}"),
        .test([.inline("use", steps: text(guest))], "role: [guest]"),
      ]
      return JobText("guests", keys: protocols, actions: actions).text
    }

    /// Three guests whose host waits for them.
    ///
    /// - Parameter prepare: what the host's test does before it starts its server.
    private func job(prepare: String) -> String {
      job(
        listening: port,
        host: (
          [prepare],
          [
            "lava-sync clients",
            "lava-test-case overlays --shell 'test \"$(ls -d /?-overlay-1.1.4.tar.gz | wc -l)\" -eq 3'",
            // The guests' connections end with this board: they get the time to end before it.
            "for i in $(seq 50); do [ \"$(cat /proc/[0-9]*/comm | grep -c sshd)\" -gt 1 ] || break; sleep 0.1; done",
          ]
        ),
        guests: 3,
        guest: ["lava-test-case same-board --shell test -x /lava-1/bin/lava-test-runner", "lava-sync clients"]
      )
    }

    /// A host that is gone while a guest is in the middle of a test, and a network that says nothing of it: an ssh
    /// connection that is silent counts as broken after 75 seconds.
    @Test(
      .enabled(if: isInstalled("python3"), "there is no python3"),
      arguments: [
        ("kill -HUP 1; sleep 60", "Infrastructure", "the board of 1 (host) is gone: "),
        ("lava-test-raise broken", "Test", "the board of 1 (host) is gone: broken"),
        ("true", "Job", "the board of 1 (host) is gone: its job has come to its end, and the board was switched off"),
      ]
    )
    func aHostThatIsGone(_ last: String, _ type: String, _ words: String) async throws {
      let listening = SSHServer.freePort()
      let script = "\(Checkout.root)/Tests/EndToEndTests/SSH/silent-relay.py"
      let relay = HostProcess(["/usr/bin/env", "python3", script, "\(port)", "\(listening)"])
      defer { relay.signal(SIGKILL) }
      try #require(await relay.waitForErrors("listening", limit: 60))
      let text = job(
        listening: listening,
        host: ([], ["lava-sync there", last]),
        guests: 1,
        guest: ["lava-test-case before --result pass", "lava-sync there", "sleep 600"]
      )
      let device = SSHBoard.hostDevice(in: folder, port: port)
      let path = folder.write(text, to: "job.yaml")
      let trial = GroupTrial(path: path, in: folder, "--device", "host=\(device)")
      let ending = try await trial.ending()
      #expect(ending.status != 0)
      let guest = try #require(try trial.nodes.last)
      #expect(guest.text == "2 guest fail", "\(ending.errorText)")
      #expect(guest.errorType == type)
      #expect(guest.message?.hasPrefix(words) == true, "\(guest.message ?? "")")
      #expect(try trial.tests(of: 2) == ["0_use/before pass", "0_use/multinode-sync-there pass"])
      #expect(try trial.seconds < 60)
    }

    @Test func threeGuests() async throws {
      let trial = GroupTrial(
        path: folder.write(job(prepare: "true"), to: "job.yaml"),
        in: folder,
        "--device",
        "host=\(SSHBoard.hostDevice(in: folder, port: port))"
      )
      let ending = try await trial.ending()
      #expect(ending.status == 0, "\(ending.errorText)\(ending.outputText)")
      #expect(try trial.nodes.map(\.text) == ["1 host pass", "2 guest pass", "3 guest pass", "4 guest pass"])
      for id in 2...4 {
        #expect(
          try trial.tests(of: id) == ["0_use/same-board pass", "0_use/multinode-sync-clients pass"]
        )
        #expect(trial.text(of: "\(id)/logs.yaml").contains("Connecting to root@127.0.0.1:\(port) by ssh"))
      }
    }

    /// A server with a host key that is not ours is not logged in to.
    @Test func aHostThatIsAnother() async throws {
      let prepare = "rm /etc/ssh/ssh_host_ed25519_key*; ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key"
      let trial = GroupTrial(
        path: folder.write(job(prepare: prepare), to: "job.yaml"),
        in: folder,
        "--device",
        "host=\(SSHBoard.hostDevice(in: folder, port: port))"
      )
      let ending = try await trial.ending()
      #expect(ending.status != 0)
      // When the first guest has refused, the others may find that the board has gone with its job.
      let words = "the host key of root@127.0.0.1:\(port) is not the one that is known"
      let guests = try trial.nodes.dropFirst()
      #expect(guests.contains { $0.message?.hasPrefix(words) == true })
      #expect(!guests.contains { $0.text.hasSuffix(" pass") })
    }
  }
}
