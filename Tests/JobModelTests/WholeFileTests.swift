// SPDX-License-Identifier: Apache-2.0

import JobModel
import Testing

/// Many mistakes at once, and the strict mode.
@Suite struct WholeFileTests {
  @Test func everyErrorAtOnceInReadingOrder() throws {
    let text = """
      job_name:
      timeouts:
        job: {minutes: ten}
        action: soon
      secrets: {a: 1}
      actions:
      - depoly:
          to: tmpfs
          images:
            rootfs: {image_arg: -hda}
          timeout: {minute: 3}
      - boot:
          method: qemu
          prompt: [login]
          failure_retry: two
      - test:
          definitions:
          - from: inline
            path: a.yaml
            repository: {metadata: {name: a, format: Lava-Test Test Definition 1.0}, run: {steps: [1]}}
          - from: svn
            name: b
            path: b.yaml
            repository: {}

      """
    #expect(
      try jobFindings(text).map { $0.split(separator: ":").prefix(2).joined(separator: ":") } == [
        "1:1 error missing-value",
        "3:18 error wrong-type",
        "4:11 error wrong-type",
        "5:11 error wrong-type",
        "7:3 error unknown-action",
        "10:7 error missing-key",
        "11:15 error unknown-key",
        "14:5 error unknown-key",
        "15:20 error wrong-type",
        "18:7 error missing-name",
        "20:94 error step-not-text",
        "21:13 error unknown-value",
      ]
    )
  }

  @Test(arguments: [
    (
      "device_type: qemu", "devicetype: qemu",
      "2:1 error unknown-key: unknown key 'devicetype' in the job | meant device_type"
    ),
    (
      "to: tmpfs", "to: tmpfs\n    ost: debian",
      "11:5 error unknown-key: unknown key 'ost' in the deploy action | meant os"
    ),
    (
      "method: qemu\n    prompts:", "method: minimal\n    prompt:",
      "17:5 error unknown-key: unknown key 'prompt' in the boot action | meant prompts"
    ),
    (
      "path: smoke.yaml\n", "path: smoke.yaml\n      skip_instal: [deps]\n",
      "27:7 error unknown-key: unknown key 'skip_instal' in the definition | meant skip_install"
    ),
  ])
  func strictRefusesUnknownKeys(right: String, wrong: String, finding: String) throws {
    #expect(try jobFindings(Mistake(right, wrong).text(from: goodJob), isStrict: true) == [finding])
  }

  /// LAVA refuses them too.
  @Test(arguments: [
    ("device_type: qemu", "target: qemu", "2:1 error old-key: 'target' of the job is a key of older versions of LAVA"),
    (
      "to: tmpfs\n    images:\n      rootfs:\n        url: rootfs.img\n        image_arg: -hda {rootfs}\n",
      "to: tmpfs\n    image: rootfs.img\n",
      "11:5 error old-key: 'image' of the deploy action is a key of older versions of LAVA"
    ),
    (
      "timeout: {minutes: 10}", "timeout: 10m",
      "22:14 error wrong-type: the timeout of the test action cannot be the text '10m'"
        + " | expected a mapping with days, hours, minutes or seconds"
    ),
  ])
  func strictRefusesOldForms(right: String, wrong: String, finding: String) throws {
    #expect(try jobFindings(Mistake(right, wrong).text(from: goodJob), isStrict: true) == [finding])
  }

  /// Only unknown keys: the other warnings stay warnings.
  @Test func strictRefusesNothingElse() throws {
    let text = goodJob.replacing("['# ']", with: "'# '").replacing("- boot:", with: "- boot:\n    repeat: 2")
    let reading = try reading(text, isStrict: true)
    #expect(Job(reading) != nil)
    #expect(reading.findings.map { $0.hasPrefix("18:14 warning prompts-not-a-list") } == [true])
  }

  /// What LAVA knows for the methods that are covered (spec jobs §1, §2, §5, §6, §8, §9), whether it is used or not.
  @Test func nothingThatLavaKnowsIsUnknown() throws {
    let text = """
      job_name: all
      device_type: qemu
      device: qemu01
      worker: w
      visibility: {group: [a]}
      priority: 50
      notify: {criteria: {status: finished}}
      reboot_to_fastboot: false
      compatibility: 4
      metadata: {a: 1}
      tags: [a]
      context: {arch: amd64, memory: 512, extra_options: [-smp, 1], ~: x}
      environment: {A: 1, B: true, C: [1, 2], D: {e: f}}
      timeouts:
        job: {minutes: 30}
        action: {minutes: 1.5}
        actions: {auto-login-action: {seconds: 20}}
        connection: {minutes: 1}
        connections: {lava-test-shell: {seconds: 20}}
        queue: {days: 1}
      actions:
      - deploy:
          to: tmpfs
          os: debian
          type: monitor
          authorize: ssh
          overlay_backend: auto
          role: [a]
          namespace: one
          timeouts: {http-download: {minutes: 2}}
          failure_retry_interval: 5
          images:
            rootfs:
              url: http://example.org/rootfs.img.gz
              image_arg: -hda {rootfs}
              compression: gz
              headers: {X: y}
              use_cache: false
              partition: 1
              sparse: false
              overlay_backend: guestfs
      - boot:
          method: qemu
          media: tmpfs
          connection: serial
          namespace: one
          prompts: ['# ']
          commands: x
          soft_reboot: reboot
          ignore_kernel_messages: true
          failure_message: panic
          parameters: {kernel-start-message: '', shutdown-message: x, bootloader-final-message: y}
      - test:
          namespace: two
          connection-namespace: one
          protocols: {lava-xnbd: {}}
          timeout: {minutes: 1, skip: true}
          definitions:
          - {from: git, name: a, path: a, repository: 'https://example.org/a', branch: b, revision: c, history: false,
             recursive: true, shallow: false, parameters: {A: 1}, params: {B: 2}, skip_install: [deps],
             lava-signal: kmsg, expected: [x]}
          - {from: url, name: b, path: a, repository: 'https://example.org/a.tar', compression: gz, strip-components: 1,
             headers: {X: y}}

      """
    #expect(try jobFindings(text, isStrict: true) == [])
    let device =
      goodDevice.replacing("timeouts:", with: "  test: {methods: {docker: {options: [~]}}}\ntimeouts:")
        + """
        device_info: [{board_id: '1'}]
        static_info: [{a: b}]
        storage_info: []
        environment: {A: 1}
        available_architectures: [amd64]
        flash_cmds_order: []
        usb_filesystem_label: JUNO
        board_qdl_id: "00000000"
        fastboot_auto_detection: false
        parameters: {pass: , media: {usb: {UUID-required: true}}}

        """
    #expect(try deviceFindings(device, isStrict: true) == [])
  }
}
