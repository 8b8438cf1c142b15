// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Boards that boot from the network by a boot loader, one boot of each kind.
  @Suite struct LabTests {
    /// The definition that the examples for the network share.
    private static let smoke: [ResultRow] = [
      .test("0_smoke", "kernel", "pass"), .test("0_smoke", "dispatcher", "pass"), .lava("0_smoke"),
    ]

    @Test(.enabled(if: Checkout.obstacle(toLab: "uboot-arm64") == nil, obstacle("uboot-arm64")))
    func uBoot() async throws {
      let run = PumiceRun(lab: "uboot-arm64", job: Checkout.example("uboot-ramdisk"))
      try await check(run, files: 3)
    }

    @Test(.enabled(if: Checkout.obstacle(toLab: "grub-arm64") == nil, obstacle("grub-arm64")))
    func grub() async throws {
      let run = PumiceRun(lab: "grub-arm64", job: Checkout.example("grub-ramdisk"))
      try await check(run, files: 2)
      #expect(run.text(of: "console.log").contains("for a command-line"))
    }

    @Test(.enabled(if: Checkout.obstacle(toLab: "ipxe-x86") == nil, obstacle("ipxe-x86")))
    func ipxe() async throws {
      let run = PumiceRun(lab: "ipxe-x86", job: Checkout.example("ipxe-ramdisk"))
      try await check(run, files: 2)
      // Nothing was lost on the way to a loader that loses characters.
      #expect(run.text(of: "console.log").contains("Command line: console=ttyS0,115200n8 initrd=initrd.cpio"))
    }

    @Test(.enabled(if: Checkout.obstacle(toLab: "ipxe-x86") == nil, obstacle("ipxe-x86")))
    func ipxeWithScript() async throws {
      let folder = TemporaryFolder()
      let devices = Checkout.root + "/Examples/devices"
      let device = Self.text(of: Checkout.device("ipxe-x86"))
        .replacing("{DEVICE_DIR}", with: devices)
        .replacing("        ramdisk:\n", with: "        parameters: {use_bootscript: true}\n        ramdisk:\n")
      let file = folder.write(device, to: "board.yaml")
      let run = PumiceRun(lab: "ipxe-x86", job: Checkout.example("ipxe-ramdisk"), in: folder, device: file)
      try await check(run, files: 2)
      #expect(run.text(of: "console.log").contains("/script.ipxe"))
    }

    /// An image is written to a medium by a system in a ramdisk, and U-Boot boots from it.
    @Test(
      .enabled(if: Checkout.obstacle(toLab: "media-arm64") == nil, obstacle("media-arm64")),
      arguments: ["usb", "sata"]
    )
    func medium(name: String) async throws {
      let run = PumiceRun(lab: "media-arm64", job: Checkout.example("media-\(name)"))
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      let rows = try ResultFiles(run).rows.filter { $0.suite != "lava" }
      #expect(rows == [.test("0_medium", "is-a-disk", "pass"), .test("0_medium", "is-the-medium", "pass")])
    }

    // MARK: - Faults

    /// What a boot loader does wrong, or the lab: a change of the device, what the failure says, and more of the job.
    struct Fault: Sendable, CustomTestStringConvertible {
      let testDescription: String
      /// What stands in the device file, and what stands there instead.
      let change: (String, String)
      let message: String
      /// The action that fails.
      let action: String
    }

    private static let faults = [
      Fault(
        testDescription: "a file that the TFTP server does not have",
        change: ("tftp {RAMDISK_ADDR} {RAMDISK}", "tftp {RAMDISK_ADDR} nothing"),
        message: "matched a bootloader error message: 'File not found' (8)",
        action: "bootloader-commands"
      ),
      Fault(
        testDescription: "a prompt that never comes",
        change: ("            - dhcp\n", "            - setenv bootdelay '\n            - dhcp\n"),
        message: "bootloader-commands timed out after 30 seconds",
        action: "bootloader-commands"
      ),
      Fault(
        testDescription: "a boot loader that cannot be stopped",
        change: ("interrupt-newline: false", "interrupt-newline: false\n    interrupt-prompt: x"),
        message: "bootloader-interrupt timed out after 12 seconds",
        action: "bootloader-interrupt"
      ),
    ]

    /// Each ends with its class and within its deadline, with the board switched off; `ending()` looks whether anything is
    /// left running.
    @Test(
      .enabled(if: Checkout.obstacle(toLab: "uboot-arm64") == nil, obstacle("uboot-arm64")),
      arguments: faults
    )
    func fault(_ fault: Fault) async throws {
      let folder = TemporaryFolder()
      var device = Self.text(of: Checkout.device("uboot-arm64"))
        .replacing("{DEVICE_DIR}", with: Checkout.root + "/Examples/devices")
      try #require(device.contains(fault.change.0))
      device = device.replacing(fault.change.0, with: fault.change.1)
      if fault.action == "bootloader-interrupt" {
        device = device.replacing(
          "      u-boot:\n        ramdisk:",
          with: "      u-boot:\n        parameters: {interrupt_prompt: never said}\n        ramdisk:"
        )
      }
      let job = Self.text(of: Checkout.example("uboot-ramdisk"))
        .replacing("../boards", with: Checkout.root + "/boards")
        .replacing(
          "  connection:\n    minutes: 1\n",
          with: "  actions:\n    bootloader-commands: {seconds: 30}\n    bootloader-interrupt: {seconds: 12}\n"
        )
      let run = PumiceRun(
        lab: "uboot-arm64",
        job: folder.write(job, to: "job.yaml"),
        in: folder,
        device: folder.write(device, to: "board.yaml")
      )
      let ending = try await run.ending()
      let files = try ResultFiles(run)
      #expect(ending.status == 3, "\(ending.errorText)")
      #expect(files.job["error_msg"] == .string(fault.message))
      #expect(files.rows.contains(.lava(fault.action, "fail")))
      #expect(files.rows.contains(.lava("power-off")))
    }

    private static func text(of path: String) -> String { String(decoding: bytes(of: path), as: UTF8.self) }

    private static func obstacle(_ board: String) -> Comment { "\(Checkout.obstacle(toLab: board) ?? "")" }

    private func check(_ run: PumiceRun, files: Int) async throws {
      let ending = try await run.ending()
      #expect(ending.status == 0, "\(ending.errorText)")
      let rows = try ResultFiles(run).rows.filter { $0.suite != "lava" || $0.testCase == "0_smoke" }
      #expect(rows == Self.smoke)
      // Switched off at the end, and each file fetched once.
      let sent = run.text(of: "logs.yaml").split(separator: "TFTP: sent ").count - 1
      #expect(sent >= files, "\(sent) files were sent")
    }
  }
}
