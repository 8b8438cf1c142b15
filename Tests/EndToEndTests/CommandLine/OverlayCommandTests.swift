// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing

extension EndToEnd {
  /// `pumice overlay`, with the real helpers.
  @Suite struct OverlayCommandTests {
    /// The device and job of the vector in spec test-shell §4.1.
    private static let device = """
      hostname: fake01
      devicetype: fake
      architecture: amd64
      dispatcher_ip: 192.0.2.1
      environment: {BOARD: "it's", NUM: 7, FLAG: true, NEST: {a: x, b: [1, two]}}
      device_info: [{board_id: '0123'}]
      static_info: [{probe_channel: ch1, probe_ip: 10.0.0.9}, {k2: 'v 2'}]
      storage_info: [{SATA: /dev/disk/by-id/ata-X}, {UMS: /dev/disk/by-id/usb-Y}]
      commands: {connect: 'telnet localhost 7001'}
      constants:
        posix: {lava_test_results_dir: /lava-%s, lava_test_sh_cmd: /bin/sh, lava_test_shell_file: ~/.bashrc}
      actions:
        deploy: {methods: {overlay: }}
        boot: {methods: {minimal: }}
      """

    /// Two stages; the definitions are numbered through, the second has an install part.
    private static let job = """
      job_name: overlay
      timeouts: {job: {minutes: 5}, action: {minutes: 1}, connection: {minutes: 1}}
      visibility: public
      tags: [t1, t2]
      environment: {JOBENV: "a b", N: 3}
      secrets: {TOKEN: it's secret}
      actions:
        - deploy: {to: overlay, os: debian}
        - boot: {method: minimal, prompts: ['# ']}
        - test:
            definitions:
              - {from: inline, name: first, path: inline/first.yaml, repository:
                  {metadata: {format: Lava-Test Test Definition 1.0, name: first}, run: {steps: ['true']}}}
              - {from: inline, name: second, path: second.yaml, repository:
                  {metadata: {format: Lava-Test Test Definition 1.0, name: second},
                   install: {steps: ['true']}, run: {steps: ['true']}}}
        - test:
            definitions:
              - {from: inline, name: third, path: a/b/third.yaml, repository:
                  {metadata: {format: Lava-Test Test Definition 1.0, name: third}, run: {steps: ['true']}}}
      """

    /// Spec test-shell §4.1 without its last line: HTTP_CACHE is from a dispatcher configuration, which the command
    /// does not take.
    private static let environment = """
      export BOARD='it'"'"'s'
      export NUM=7
      export FLAG=1
      export NEST_a=x
      export NEST_b_0=1
      export NEST_b_1=two
      export LAVA_DEVICE_INFO_0_board_id=0123
      export LAVA_STATIC_INFO_0_probe_channel=ch1
      export LAVA_STATIC_INFO_0_probe_ip=10.0.0.9
      export LAVA_STATIC_INFO_1_k2='v 2'
      export LAVA_STORAGE_INFO_0_SATA=/dev/disk/by-id/ata-X
      export LAVA_STORAGE_INFO_1_UMS=/dev/disk/by-id/usb-Y
      export JOBENV='a b'
      export N=3
      export LAVA_JOB_ID=4242
      export LAVA_DISPATCHER_IP=192.0.2.1
      export LAVA_JOB_TAGS=t1,t2
      export LAVA_DISPATCHER_PREFIX=''
      export LAVA_DEVICE_HOSTNAME=fake01
      export LAVA_DEVICE_TYPE=fake

      """

    /// Spec test-shell §1.2, below `lava-4242/`, but for `bin/`.
    private static let tree = """
      -rw-r--r-- 0/lava-test-runner.conf
      -rw-r--r-- 0/tests/0_first/inline/first.yaml
      -rw-r--r-- 0/tests/0_first/run.sh
      -rw-r--r-- 0/tests/0_first/testdef.yaml
      -rw-r--r-- 0/tests/0_first/testdef_metadata
      -rw-r--r-- 0/tests/0_first/uuid
      -rw-r--r-- 0/tests/1_second/install.sh
      -rw-r--r-- 0/tests/1_second/run.sh
      -rw-r--r-- 0/tests/1_second/second.yaml
      -rw-r--r-- 0/tests/1_second/testdef.yaml
      -rw-r--r-- 0/tests/1_second/testdef_metadata
      -rw-r--r-- 0/tests/1_second/uuid
      -rw-r--r-- 1/lava-test-runner.conf
      -rw-r--r-- 1/tests/2_third/a/b/third.yaml
      -rw-r--r-- 1/tests/2_third/run.sh
      -rw-r--r-- 1/tests/2_third/testdef.yaml
      -rw-r--r-- 1/tests/2_third/testdef_metadata
      -rw-r--r-- 1/tests/2_third/uuid
      -rw-r--r-- environment
      -rw-r--r-- secrets
      drwxr-xr-x 0/
      drwxr-xr-x 0/tests/
      drwxr-xr-x 0/tests/0_first/
      drwxr-xr-x 0/tests/0_first/inline/
      drwxr-xr-x 0/tests/1_second/
      drwxr-xr-x 1/
      drwxr-xr-x 1/tests/
      drwxr-xr-x 1/tests/2_third/
      drwxr-xr-x 1/tests/2_third/a/
      drwxr-xr-x 1/tests/2_third/a/b/
      drwxr-xr-x bin/
      drwxr-xr-x results/
      drwxr-xr-x tests/
      """

    /// The generic set of spec test-shell §3.
    private static let helpers: Set<String> = [
      "lava-add-keys", "lava-add-sources", "lava-background-process-start", "lava-background-process-stop",
      "lava-common-functions", "lava-echo-ipv4", "lava-install-packages", "lava-installed-packages", "lava-os-build",
      "lava-probe-channel", "lava-probe-ip", "lava-target-ip", "lava-target-mac", "lava-target-storage",
      "lava-test-case", "lava-test-event", "lava-test-feedback", "lava-test-raise", "lava-test-reference",
      "lava-test-runner", "lava-test-set", "lava-test-shell",
    ]

    private let folder = TemporaryFolder()

    private func build(_ name: String) async throws -> String {
      let job = folder.write(Self.job, to: "job.yaml")
      let device = folder.write(Self.device, to: "device.yaml")
      let output = folder.file(name)
      let ending = try await pumice("overlay", job, "--device", device, "--job-id", "4242", "--output", output)
      #expect(ending.status == 0, "\(ending.errorText)")
      return output
    }

    @Test func sameJobSameBytes() async throws {
      let first = try await build("first.tar.gz")
      let second = try await build("second.tar.gz")
      #expect(!bytes(of: first).isEmpty)
      #expect(bytes(of: first) == bytes(of: second))
    }

    @Test func namesAndModes() async throws {
      let listing = run(["tar", "-tvzf", try await build("overlay.tar.gz")])
      #expect(listing.status == 0)
      let root = "lava-4242/"
      var members: [String] = []
      var helpers: Set<String> = []
      for line in listing.output.split(separator: "\n") {
        let fields = line.split(separator: " ")
        #expect(fields[1] == "root/root")
        let name = fields[5]
        #expect(name.hasPrefix(root))
        let path = name.dropFirst(root.count)
        if path.hasPrefix("bin/lava-") {
          // A link has its target's mode.
          #expect(fields[0].dropFirst() == "rwxr-xr-x")
          helpers.insert(String(path.dropFirst("bin/".count)))
        } else if path.isEmpty {
          #expect(fields[0] == "drwxr-xr-x")
        } else if path != "bin/.lava-helpers" {
          members.append("\(fields[0]) \(path)")
        }
      }
      #expect(members.sorted() == Self.tree.split(separator: "\n").map(String.init))
      #expect(Self.helpers.subtracting(helpers) == [])
    }

    @Test func environmentOfTheBoard() async throws {
      let overlay = try await build("overlay.tar.gz")
      #expect(run(["tar", "-xOzf", overlay, "lava-4242/environment"]).output == Self.environment)
      // No quoting at all (spec test-shell §4.2).
      #expect(run(["tar", "-xOzf", overlay, "lava-4242/secrets"]).output == "TOKEN=it's secret\n")
      #expect(run(["tar", "-xOzf", overlay, "lava-4242/1/tests/2_third/uuid"]).output == "4242_1.2.9")
    }
  }
}
