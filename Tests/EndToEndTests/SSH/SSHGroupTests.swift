// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Guests that log in to the board of another role (spec multinode §7).
  @Suite(.enabled(if: SSHBoard.isPossible, SSHBoard.reason))
  struct SSHGroupTests {
    private let folder = TemporaryFolder()
    private let port = SSHServer.freePort()

    /// - Parameter prepare: what the host's test does before it starts its server.
    private func job(prepare: String) -> String {
      let protocols = """
        protocols:
          lava-multinode:
            timeout: {minutes: 2}
            roles:
              host: {device_type: host, count: 1}
              guest: {connection: ssh, count: 3, host_role: host, expect_role: host, request: lava-start}
        """
      let serve = """
        - \(prepare)
        - lava-test-case server --shell \(SSHBoard.serverCommand(port: port))
        - lava-send ipv4 ipaddr=127.0.0.1
        - lava-send lava_start
        - lava-sync clients
        - lava-test-case overlays --shell 'test "$(ls -d /?-overlay-1.1.4.tar.gz | wc -l)" -eq 3'
        # The guests' connections end with this board: they get the time to end before it.
        - for i in $(seq 50); do [ "$(cat /proc/[0-9]*/comm | grep -c sshd)" -gt 1 ] || break; sleep 0.1; done
        """
      let use = """
        - lava-test-case same-board --shell test -x /lava-1/bin/lava-test-runner
        - lava-sync clients
        """
      let address = """
        protocols:
          lava-multinode:
          - {action: prepare-scp-overlay, request: lava-wait, messageID: ipv4, message: {ipaddr: $ipaddr}}
        """
      let actions: [ActionText] = [
        .deploy("role: [host]\nauthorize: ssh"), .boot("role: [host]"),
        .test([.inline("serve", steps: serve)], "role: [host]"),
        SSHBoard.deploy("role: [guest]\n\(address)"),
        SSHBoard.boot("role: [guest]\nparameters: {hostID: ipv4, host_key: ipaddr}"),
        .test([.inline("use", steps: use)], "role: [guest]"),
      ]
      return JobText("guests", keys: protocols, actions: actions).text
    }

    @Test func threeGuests() async throws {
      let trial = GroupTrial(
        path: folder.write(job(prepare: "'true'"), to: "job.yaml"),
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
        path: folder.write(job(prepare: "\"\(prepare)\""), to: "job.yaml"),
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
