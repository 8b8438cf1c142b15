// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing

extension EndToEnd {
  /// The job of the documents that Pumice was made from: a board boots by U-Boot, TFTP and NFS and starts an ssh server,
  /// and three guests log in to it and run their tests in step with it.
  @Suite(
    .enabled(if: Checkout.obstacle(toLab: "uboot-arm64") == nil, "\(Checkout.obstacle(toLab: "uboot-arm64") ?? "")"),
    .enabled(if: FileKeeper.hasServer, "needs nfs-ganesha")
  )
  struct SeedJobTests {
    /// What the definitions of the example say, and a case for each call.
    private static let host = [
      "0_ssh-inline/sshd", "0_ssh-inline/multinode-send-ipv4", "0_ssh-inline/multinode-send-lava_start",
      "0_ssh-inline/multinode-sync-clients", "1_host-tests/root-on-nfs", "1_host-tests/guests-are-here",
      "1_host-tests/multinode-sync-done", "2_smoke-tests/linux-posix-pwd", "2_smoke-tests/linux-posix-uname",
    ]
    private static let guest = [
      "0_pre-smoke-tests/linux-posix-pwd", "0_pre-smoke-tests/linux-posix-uname",
      "1_ssh-client/multinode-sync-clients", "1_ssh-client/overlay", "2_post-smoke-tests/linux-posix-pwd",
      "2_post-smoke-tests/linux-posix-uname", "3_goodbye/multinode-sync-done",
    ]

    @Test func hostAndGuests() async throws {
      let device = "host=" + Checkout.device("uboot-arm64")
      let trial = GroupTrial(path: Checkout.example("ssh-guest"), lab: "uboot-arm64", "--device", device)
      let ending = try await trial.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      #expect(try trial.nodes.map(\.text) == ["1 host pass", "2 guest pass", "3 guest pass", "4 guest pass"])
      #expect(try trial.tests(of: 1) == Self.host.map { "\($0) pass" })
      for guest in 2...4 {
        #expect(try trial.tests(of: guest) == Self.guest.map { "\($0) pass" })
        // The levels are those of LAVA's plan for such a job (shared/conformance/plan/bbb-ssh-guest), and the tarball has
        // the name that the documents give it.
        let log = trial.text(of: "\(guest)/logs.yaml")
        for action in ["1 scp-overlay", "1.1 lava-overlay", "1.2 prepare-scp-overlay", "2 login-ssh", "2.1 scp-deploy"]
        {
          #expect(log.contains("start: \(action) "), "guest \(guest) has no '\(action)'")
        }
        let console = trial.text(of: "\(guest)/console.log")
        #expect(console.contains("tar -C / -xzf /\(guest)-overlay-1.1.4.tar.gz"))
        #expect(console.contains("lava-\(guest)/bin/lava-test-runner"), "the tarball lists what it holds")
      }
    }
  }
}
