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
      let device = String(decoding: bytes(of: Checkout.device("ipxe-x86")), as: UTF8.self)
        .replacing("{DEVICE_DIR}", with: devices)
        .replacing("        ramdisk:\n", with: "        parameters: {use_bootscript: true}\n        ramdisk:\n")
      let file = folder.write(device, to: "board.yaml")
      let run = PumiceRun(lab: "ipxe-x86", job: Checkout.example("ipxe-ramdisk"), in: folder, device: file)
      try await check(run, files: 2)
      #expect(run.text(of: "console.log").contains("/script.ipxe"))
    }

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
