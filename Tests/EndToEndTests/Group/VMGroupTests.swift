// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// A job of LAVA V1 for virtual machines, converted and run: two machines, emulated without KVM, on the namespace board.
  @Suite(
    .enabled(if: SSHBoard.isPossible, SSHBoard.reason),
    .enabled(if: Checkout.hasBoard("qemu-x86"), "Scripts/make-board qemu-x86 was not run")
  )
  struct VMGroupTests {
    private let folder = TemporaryFolder()
    private let port = SSHServer.freePort()

    private func job(_ server: FileServer, autoStart: Bool) -> String {
      """
      {
        "timeout": 240,
        "job_name": "vms",
        "vm_group": {
          "host": {"device_type": "host", "role": "host"},
          "auto_start_vms": \(autoStart),
          "vms": [{
            "device_type": "kvm", "role": "vm", "count": 2, "shell_prompt": "bash-[0-9.]+# ",
            "launch_with": [
              "cd $(mktemp -d)",
              "wget -q \(server.url("vmlinuz")) \(server.url("initrd"))",
              "qemu-system-x86_64 -M q35 -accel tcg -m 256 -nodefaults -nographic -serial mon:stdio -no-reboot \
      -kernel vmlinuz -initrd initrd -append console=ttyS0"
            ]
          }]
        },
        "actions": [
          {"command": "deploy_linaro_image", "parameters": {"image": "host.img", "role": "host"}},
          {"command": "lava_test_shell", "parameters": {"role": "vm", "testdef_urls": ["vm.yaml"]}},
          {"command": "lava_test_shell", "parameters": {"role": "host", "testdef_urls": ["host.yaml"]}},
          {"command": "lava_test_shell", "parameters": {"role": "host", "testdef_urls": ["after.yaml"]}}
        ]
      }

      """
    }

    private func define(_ name: String, _ steps: String...) {
      let list = steps.map { "    - \($0)\n" }.joined()
      _ = folder.write(
        "metadata: {format: Lava-Test Test Definition 1.0, name: \(name)}\nrun:\n  steps:\n\(list)",
        to: "\(name).yaml"
      )
    }

    /// What a machine starts: the board's, with a shell on the console instead of a login.
    private func serveMachine(_ server: FileServer) throws {
      let board = "\(Checkout.root)/boards/qemu-x86"
      _ = folder.write("::respawn:-/bin/bash\n", to: "inittab")
      let made = run([
        "sh", "-c",
        "cd \(folder.path) && mkdir etc && mv inittab etc && echo etc/inittab | busybox cpio -o -H newc > more",
      ])
      try #require(made.status == 0, "\(made.output)")
      server.serve(bytes(of: "\(board)/vmlinuz"), as: "vmlinuz")
      server.serve(bytes(of: "\(board)/initrd.cpio") + bytes(of: folder.file("more")), as: "initrd")
    }

    /// What `pumice convert` prints, with the namespace board in the place of a host in QEMU: how it boots, where it
    /// is, and how its server is started.
    private func converted(_ old: String) throws -> YAMLValue {
      let file = folder.write(old, to: "old.json")
      let made = run(["sh", "-c", "'\(Checkout.program)' convert '\(file)' 2> /dev/null"])
      try #require(made.status == 0, "\(made.output)")
      let job = try YAMLDocument(parsing: Array(made.output.utf8), file: "converted").root.value
      let actions = try #require(job["actions"]?.sequence)
      let start = try #require(actions[2]["test"]?["definitions"]?.sequence?.first?["repository"]?["run"]?["steps"])
      var steps = try #require(start.sequence)
      #expect(steps[1].string?.hasPrefix("for server in ssh ") == true)
      steps[1] = .string(SSHBoard.serverCommand(port: port))
      #expect(steps[2].string?.hasPrefix("lava-send ipv4 ipaddr=") == true)
      steps[2] = "lava-send ipv4 ipaddr=127.0.0.1"
      let own: [YAMLValue] = [
        ["deploy": ["role": ["host"], "to": "overlay", "os": "debian", "authorize": "ssh"]],
        [
          "boot": [
            "role": ["host"], "method": "minimal", "reset": false, "prompts": [.string(JobText.prompt)],
            "transfer_overlay": ["download_command": "cd /tmp; wget", "unpack_command": "tar -C / -xzf"],
          ]
        ],
        [
          "test": [
            "role": ["host"],
            "definitions": [
              [
                "from": "inline", "name": "start-vms", "path": "start-vms.yaml",
                "repository": [
                  "metadata": ["format": "Lava-Test Test Definition 1.0", "name": "start-vms"],
                  "run": ["steps": .sequence(steps)],
                ],
              ]
            ],
          ]
        ],
      ]
      guard case .mapping(var pairs) = job, let index = pairs.firstIndex(where: { $0.key == "actions" }) else {
        return job
      }
      pairs[index].value = .sequence(own + actions.dropFirst(3))
      return .mapping(pairs)
    }

    @Test(arguments: [true, false]) func twoMachines(autoStart: Bool) async throws {
      let server = await FileServer()
      try serveMachine(server)
      define(
        "vm",
        #"lava-test-case in-vm --shell 'test "$(hostname)" = qemu-x86'"#,
        #"lava-test-case role --shell 'test "$(lava-role)" = vm'"#,
        "lava-sync together"
      )
      define(
        "host",
        #"lava-test-case on-host --shell 'test "$(hostname)" = namespace'"#,
        autoStart ? "'true'" : "lava-start-vms",
        "lava-sync together"
      )
      define("after", #"lava-test-case vms-closed --shell '! grep -l ^qemu-system /proc/[0-9]*/comm'"#)
      let job = try converted(job(server, autoStart: autoStart))
      let trial = GroupTrial(
        path: folder.write(YAMLEmitter.block(job), to: "job.yaml"),
        in: folder,
        "--device",
        "host=\(SSHBoard.hostDevice(in: folder, port: port))"
      )
      let ending = try await trial.ending()
      #expect(ending.status == 0, "\(ending.errorText)\(ending.outputText)")
      #expect(try trial.nodes.map(\.text) == ["1 host pass", "2 vm pass", "3 vm pass"])
      for id in 2...3 {
        #expect(
          try trial.tests(of: id) == [
            "0_vm/in-vm pass", "0_vm/role pass", "0_vm/multinode-sync-together pass",
            "1_vm-done/multinode-send-lava_vm_stop pass",
          ]
        )
      }
      // The host's second test comes behind the end of the machines.
      #expect(
        try trial.tests(of: 1).suffix(3) == [
          "2_wait-for-vms/multinode-send-lava_vm_stop pass", "2_wait-for-vms/multinode-wait_all-lava_vm_stop pass",
          "3_after/vms-closed pass",
        ]
      )
    }
  }
}
