// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline
import Testing

@testable import Dispatcher

/// Jobs in the words of LAVA's older documents: they are valid, each old word is noted, and they are planned.
@Suite struct OldJobTests {
  private static let deviceText = """
    hostname: board
    commands: {connect: 'true', hard_reset: reset}
    constants: {failure_retry: 1}
    parameters: {media: {usb: {stick: {uuid: u}}}}
    actions:
      deploy: {methods: {image: , tftp: , usb: , ssh: }}
      boot: {methods: {qemu: , u-boot: , ssh: }}

    """

  private static let test = """
    - test:
        failure_retry: 3
        name: kvm-basic-singlenode
        definitions:
        - repository:
            metadata:
              format: Lava-Test Test Definition 1.0
              name: smoke-tests-basic
              description: what every system has
              os: [debian]
              scope: [functional]
              devices: [panda, arndale]
            run:
              steps: [lava-test-case uname --shell uname -a]
          from: inline
          name: smoke-tests-inline
          path: inline/smoke-tests-basic.yaml
    """

  private static func text(_ actions: String, top: String = "") -> String {
    """
    device_type: kvm
    job_name: old
    logging_level: DEBUG
    timeouts:
      job: {minutes: 50}
      action: {minutes: 1}
      test: {minutes: 3}
    priority: medium
    \(top)
    actions:
    \(actions)

    """
  }

  /// What is noted of a job, and its blocks on the device.
  private func look(at text: String) throws -> (notes: [String], blocks: [String]) {
    let reading = try Sample.reading(text)
    let job = try #require(Job(reading), "\(reading.diagnostics)")
    reading.checkDefinitions()
    let device = try Sample.device(Self.deviceText)
    #expect(!reading.diagnostics.hasErrors && !job.findings(on: device).hasErrors)
    let notes = reading.diagnostics.sorted().items.filter { $0.severity == .note }
    #expect(notes.allSatisfy { $0.advice != nil })
    return (
      notes.map { "\($0.place?.line ?? 0) \($0.code)" }, try Sample.context(job, device).plan().blocks.map(\.root.name)
    )
  }

  @Test func anImageForQEMU() throws {
    let text = Self.text(
      """
      - deploy:
          timeout: {minutes: 2}
          to: tmpfs
          image: https://example.org/kvm-debian.img.gz
          compression: gz
          os: debian
      - boot:
          method: qemu
          media: tmpfs
          failure_retry: 2
          prompts: ['root@debian:~#']
      \(Self.test)
      """
    )
    let (notes, blocks) = try look(at: text)
    #expect(notes == ["3 old-key", "7 old-key", "14 old-key", "24 old-key"])
    #expect(blocks == ["deployimages", "boot-image-retry", "lava-test-retry", "finalize"])
  }

  @Test func aRepeatedBlock() throws {
    let test = Self.test.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    let text = Self.text(
      """
      - deploy: {to: tmpfs, image: 'https://example.org/kvm-debian.img', os: debian, root_partition: 1}
      - repeat:
          count: 6
          actions:
          - boot: {method: qemu, media: tmpfs, prompts: ['root@debian:~#']}
      \(test)
      """
    )
    let (notes, blocks) = try look(at: text)
    #expect(notes == ["3 old-key", "7 old-key", "11 old-key", "12 repeat-block", "18 old-key"])
    let cycle = ["boot-image-retry", "lava-test-retry"]
    #expect(blocks == ["deployimages"] + (0..<6).flatMap { _ in cycle } + ["finalize"])
  }

  @Test func aRamdiskForUBoot() throws {
    let text = Self.text(
      """
      - deploy:
          timeout: 2m
          to: tftp
          kernel: {url: 'https://example.org/uImage'}
          ramdisk: {url: 'https://example.org/initramfs.cpio.gz.u-boot', compression: gz, header: u-boot, add-header: u-boot}
          dtb: {url: 'https://example.org/omap4-panda-es.dtb'}
          nfs_url: '127.0.0.1:/srv/jessie'
      - boot: {method: u-boot, commands: nfs, type: bootz, prompts: ['root@debian:~#']}
      """
    )
    let (notes, blocks) = try look(at: text)
    #expect(
      notes == [
        "3 old-key", "7 old-key", "12 old-timeout", "15 old-key", "15 old-key", "17 old-key", "18 old-key",
      ]
    )
    #expect(blocks == ["tftp-deploy", "uboot-action", "finalize"])
  }

  @Test func anImageForAStick() throws {
    let text = Self.text(
      """
      - deploy:
          to: usb
          device: stick
          image: {url: 'https://example.org/panda.img.gz', compression: gz}
          kernel: /vmlinuz
          ramdisk: /initrd.img.u-boot
          dtb: /dtb
          UUID: 159d17cc-697c-4125-95a0-a3775e1deabe
          boot_part: 1
      """
    )
    let (notes, blocks) = try look(at: text)
    #expect(notes == ["3 old-key", "7 old-key"] + (15...19).map { "\($0) old-key" })
    #expect(blocks == ["storage-deploy", "finalize"])
  }

  /// A guest as a node of its group: what the group's job becomes for it (spec multinode §2).
  @Test func aGuestOverSSH() throws {
    let text = Self.text(
      """
      - deploy:
          role: guest
          timeout: {seconds: 30}
          to: ssh
          connection: ssh
          protocols:
            lava-multinode:
            - {action: prepare-scp-overlay, request: lava-wait, messageID: ipv4, message: {ipaddr: $ipaddr}}
      - boot:
          role: guest
          method: ssh
          connection: ssh
          parameters: {hostID: ipv4, host_key: ipaddr}
          prompts: ['root@linaro:']
      \(Self.test)
          role: guest
      """,
      top: """
        connection: ssh
        host_role: host
        protocols:
          lava-multinode: {target_group: g, role: guest, request: lava-start, expect_role: host, group_size: 2}
        """
    )
    let (notes, blocks) = try look(at: text)
    #expect(notes == ["3 old-key", "7 old-key", "18 old-key", "25 old-key", "30 old-key"])
    #expect(blocks == ["scp-overlay", "login-ssh", "multinode-test", "finalize"])
  }
}
