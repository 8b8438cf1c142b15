// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Testing
import YAMLDocument

/// Jobs of LAVA V1 for groups of virtual machines, and what they become (seed 002, spec multinode §8).
@Suite struct VMGroupTests {
  /// The example of the seed, on fewer lines.
  static let seed = """
    {
      "timeout": 18000,
      "job_name": "vm-groups basic test case",
      "logging_level": "DEBUG",
      "vm_group": {
        "host": {"device_type": "arndale", "role": "host"},
        "auto_start_vms": true,
        "vms": [
          {"device_type": "kvm-arm", "role": "server"},
          {"device_type": "kvm-arm", "role": "client"}
        ]
      },
      "actions": [
        {"command": "deploy_linaro_image", "parameters": {"image": "file:///path/to/host.img", "role": "host"}},
        {"command": "deploy_linaro_image", "parameters": {"image": "file:///path/to/host.img", "role": "client"}},
        {"command": "deploy_linaro_image", "parameters": {"image": "file:///path/to/host.img", "role": "server"}},
        {"command": "lava_test_shell", "parameters": {"testdef_urls": ["file:///path/to/mytestdef.yaml"]}}
      ]
    }

    """

  /// The beginning of the seed's job, up to the actions.
  private static let head = #"""
    job_name: vm-groups basic test case
    visibility: public
    priority: medium
    timeouts: {job: {hours: 5}, action: {hours: 5}, connection: {minutes: 5}}
    protocols:
      lava-multinode:
        timeout: {hours: 5}
        roles:
          host: {device_type: arndale, count: 1}
          server: {connection: ssh, count: 1, host_role: host, expect_role: host, request: lava-start}
          client: {connection: ssh, count: 1, host_role: host, expect_role: host, request: lava-start}
    actions:
    - deploy:
        role: [host]
        to: tmpfs
        os: debian
        authorize: ssh
        images: {rootfs: {url: 'file:///path/to/host.img', image_arg: '-drive format=raw,file={rootfs}'}}
    - boot: {role: [host], method: qemu, prompts: ['root@[^:]+:[^#]*# ']}
    - test:
        role: [host]
        definitions:
        - from: inline
          name: start-vms
          path: inline/start-vms.yaml
          repository:
            metadata: {format: Lava-Test Test Definition 1.0, name: start-vms}
            run:
              steps:
              - rm -f /tmp/lava-vm-*
              - lava-send ipv4 ipaddr=$(lava-echo-ipv4 $(ip -4 route show default | awk '{print $5; exit}'))
              - lava-send lava_start

    """#

  /// How one machine of the seed is started.
  private static func machine(_ role: String) -> String {
    #"""
    - deploy:
        role: [ROLE]
        to: ssh
        os: debian
        protocols:
          lava-multinode:
          - {request: lava-wait, action: prepare-scp-overlay, messageID: ipv4, message: {ipaddr: $ipaddr}}
    - boot:
        role: [ROLE]
        method: ssh
        prompts: ['root@[^:]+:[^#]*# ']
        parameters: {hostID: ipv4, host_key: ipaddr}
    - test:
        role: [ROLE]
        interactive:
        - name: launch
          prompts: ['root@[^:]+:[^#]*# ']
          echo: discard
          script:
          - command: echo $$ > /tmp/lava-vm-{JOB_ID}
        - name: console
          prompts: ['root@[^:]+:[^#]*# ']
          echo: discard
          script:
          - command: >-
              qemu-system-arm
              -drive if=none,id=lava-overlay,format=raw,readonly=on,file=$(ls /{JOB_ID}-overlay-*.tar.gz)
              -device virtio-blk-pci,drive=lava-overlay,serial=lava-overlay
              -machine virt -accel kvm -accel tcg -cpu max -m 512 -nographic -no-reboot
              -nic user,model=virtio-net-pci -drive if=virtio,snapshot=on,file=/path/to/host.img
          - command: >-
              tar -C / -xzf /dev/$(grep -l lava-overlay /sys/block/*/serial | cut -d / -f 4) && echo lava-"done"
            successes: [{message: lava-done}]

    """#.replacing("ROLE", with: role)
  }

  private static let tests = #"""
    - test:
        role: [host, server, client]
        definitions: [{from: file, repository: /path/to, path: mytestdef.yaml, name: mytestdef}]
    - test:
        role: [server, client]
        definitions:
        - from: inline
          name: vm-done
          path: inline/vm-done.yaml
          repository:
            metadata: {format: Lava-Test Test Definition 1.0, name: vm-done}
            run: {steps: [lava-send lava_vm_stop]}
    - test:
        role: [host]
        definitions:
        - from: inline
          name: wait-for-vms
          path: inline/wait-for-vms.yaml
          repository:
            metadata: {format: Lava-Test Test Definition 1.0, name: wait-for-vms}
            run:
              steps:
              - lava-wait-for-vms
              - >-
                for vm in /tmp/lava-vm-*; do for i in $(seq 600); do kill -0 "$(cat "$vm")" || break; sleep 0.1; done;
                done 2>/dev/null

    """#

  private func converted(_ text: String) throws -> YAMLValue {
    let reading = try reading(text)
    let job = VMGroupJob(reading)
    return try #require(job, "\(reading.findings)").converted
  }

  @Test func theSeedsExample() throws {
    let expected = Self.head + Self.machine("server") + Self.machine("client") + Self.tests
    let value = try converted(Self.seed)
    #expect(value == (try YAMLDocument(parsing: Array(expected.utf8), file: "expected")).root.value)
    // What is printed is a job without a finding.
    #expect(try jobFindings(YAMLEmitter.block(value)) == [])
  }

  /// A machine as the seed describes one with all its keys.
  private static func full(_ keys: String, autoStart: Bool = true) -> String {
    seed.replacing(#"{"device_type": "kvm-arm", "role": "server"}"#, with: #"{"role": "server", \#(keys)}"#)
      .replacing(#""auto_start_vms": true"#, with: #""auto_start_vms": \#(autoStart)"#)
      .replacing(
        #"    {"command": "deploy_linaro_image", "parameters": {"image": "file:///path/to/host.img", "role": "server"}},"#
          + "\n",
        with: ""
      )
  }

  private func commands(of role: YAMLValue, in job: YAMLValue) -> [[String]] {
    (job["actions"]?.sequence ?? []).compactMap { action in
      guard let test = action["test"], test["role"] == [role], let sessions = test["interactive"]?.sequence else {
        return nil
      }
      return sessions.flatMap { $0["script"]?.sequence ?? [] }.compactMap { $0["command"]?.string }
    }
  }

  @Test func aMachineThatIsLaunchedByTheJob() throws {
    let job = try converted(
      Self.full(
        #""device_type": "kvm", "count": 3, "shell_prompt": "vm # ", "#
          + #""launch_with": ["cd /srv", "/usr/bin/qemu-system-x86_64 -kernel bzImage | cat"]"#
      )
    )
    #expect(job["protocols"]?["lava-multinode"]?["roles"]?["server"]?["count"] == 3)
    #expect(
      commands(of: "server", in: job) == [
        [
          "echo $$ > /tmp/lava-vm-{JOB_ID}",
          "cd /srv",
          "/usr/bin/qemu-system-x86_64"
            + " -drive if=none,id=lava-overlay,format=raw,readonly=on,file=$(ls /{JOB_ID}-overlay-*.tar.gz)"
            + " -device virtio-blk-pci,drive=lava-overlay,serial=lava-overlay -kernel bzImage | cat",
          #"tar -C / -xzf /dev/$(grep -l lava-overlay /sys/block/*/serial | cut -d / -f 4) && echo lava-"done""#,
        ]
      ]
    )
    let boots = (job["actions"]?.sequence ?? []).compactMap { $0["boot"] }
    #expect(boots.first { $0["role"] == ["server"] }?["prompts"] == ["root@[^:]+:[^#]*# ", "vm # "])
  }

  @Test func anImageThatTheHostFetches() throws {
    let job = try converted(Self.full(#""device_type": "kvm-aarch64", "image": "http://server/it's.img.xz""#))
    let lines = try #require(commands(of: "server", in: job).first)
    #expect(
      lines[1]
        == #"wget -q -O - 'http://server/it'"'"'s.img.xz' | xz -dc > /var/tmp/lava-vm-{JOB_ID}.img && echo lava-"done""#
    )
    #expect(lines[2].hasPrefix("qemu-system-aarch64 "))
    #expect(lines[2].hasSuffix(",file=/var/tmp/lava-vm-{JOB_ID}.img"))
  }

  /// The machines wait for what `lava-start-vms` sends, and the host's test for nothing but that it is booted.
  @Test func machinesThatTheTestStarts() throws {
    let job = try converted(Self.full(#""device_type": "kvm", "image": "/vm.img""#, autoStart: false))
    #expect(job["protocols"]?["lava-multinode"]?["roles"]?["server"]?["request"] == nil)
    let text = YAMLEmitter.block(job)
    #expect(!text.contains("lava-send lava_start"))
    let boots = (job["actions"]?.sequence ?? []).compactMap { $0["boot"]?["protocols"] }
    let wait: YAMLValue = ["request": "lava-wait", "action": "login-ssh", "messageID": "lava_vm_start"]
    #expect(boots == [["lava-multinode": [wait]], ["lava-multinode": [wait]]])
    #expect(try jobFindings(text) == [])
  }

  /// "If a second test shell command is given for the host, this test shell will only operate once all of the VMs have
  /// closed."
  @Test func orderOfTests() throws {
    let shell = { (role: String, file: String) in
      #"{"command": "lava_test_shell", "parameters": {"role": "\#(role)", "timeout": 90, "#
        + #""testdef_repos": [{"git-repo": "git://server/tests", "testdef": "\#(file)", "revision": "v1"}]}}"#
    }
    let shells = [("host", "a/x.yaml"), ("server", "x.yaml"), ("host", "after.yaml"), ("client", "c.yaml")]
      .map { shell($0.0, $0.1) }.joined(separator: ",")
    let old = #"{"command": "lava_test_shell", "parameters": {"testdef_urls": ["file:///path/to/mytestdef.yaml"]}}"#
    let job = try converted(Self.seed.replacing(old, with: shells))
    let blocks = (job["actions"]?.sequence ?? []).compactMap { $0["test"] }
    let names = { (role: YAMLValue) in
      blocks.filter { $0["role"]?.sequence?.contains(role) == true }
        .flatMap { $0["definitions"]?.sequence ?? [] }.compactMap { $0["name"]?.string }
    }
    #expect(names("host") == ["start-vms", "x", "wait-for-vms", "after"])
    #expect(names("server") == ["x-2", "vm-done"])
    #expect(names("client") == ["c", "vm-done"])
    let first = blocks.first { $0["timeout"] != nil }
    #expect(first?["timeout"] == ["seconds": 90])
    #expect(
      first?["definitions"] == [
        ["from": "git", "repository": "git://server/tests", "path": "a/x.yaml", "name": "x", "revision": "v1"]
      ]
    )
    #expect(try jobFindings(YAMLEmitter.block(job)) == [])
  }

  /// `deploy_linaro_kernel` has files for a boot loader.
  @Test func aHostThatBootsAKernel() throws {
    let old =
      #"{"command": "deploy_linaro_image", "parameters": {"image": "file:///path/to/host.img", "role": "host"}}"#
    let new =
      #"{"command": "deploy_linaro_kernel", "parameters": {"role": "host", "kernel": "http://server/zImage", "#
      + #""dtb": "http://server/a.dtb", "nfsrootfs": "http://server/root.tar.gz"}}, "#
      + #"{"command": "boot_linaro_image", "parameters": {"role": "host", "timeout": 600}}"#
    let job = try converted(Self.seed.replacing(old, with: new))
    let actions = job["actions"]?.sequence ?? []
    #expect(
      actions[0]["deploy"] == [
        "role": ["host"], "to": "tftp", "os": "debian", "authorize": "ssh",
        "kernel": ["url": "http://server/zImage", "type": "zimage"], "dtb": ["url": "http://server/a.dtb"],
        "nfsrootfs": ["url": "http://server/root.tar.gz", "compression": "gz"],
      ]
    )
    #expect(
      actions[1]["boot"] == [
        "role": ["host"], "timeout": ["minutes": 10], "method": "u-boot", "commands": "nfs",
        "prompts": ["root@[^:]+:[^#]*# "],
      ]
    )
    #expect(try jobFindings(YAMLEmitter.block(job)) == [])
  }
}
