// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Pipeline
import Testing
import YAMLDocument

@testable import Dispatcher

/// What is filled into a boot loader's commands (spec jobs §7).
@Suite struct BootValueTests {
  private static let device = """
    hostname: board
    dispatcher_ip: 192.0.2.1
    commands: {connect: 'true'}
    parameters:
      interfaces: {target: {mac: '00:11:22:33:44:55'}}
      dtb_base_resize: 1048576
      booti: {kernel: '0x40400000', ramdisk: '0x44000000', dtb: '0x43000000', dtbo: '0x43800000'}
      bootm: {kernel: '0x1000', ramdisk: '0x2000', dtb: '0x3000', tee: '0x4000'}
      media: {usb: {UUID-required: true, stick: {uuid: usb-stick, device_id: 0}}}
    actions:
      deploy: {parameters: {add_header: HEADER}, methods: {tftp: }}
      boot:
        methods:
          u-boot: {usb: {commands: [load]}}
          ipxe: {parameters: {lava_mac: 'aa:bb:cc:dd:ee:ff'}}

    """

  private static func fill(
    _ lines: String...,
    boot: String = "{method: u-boot, commands: [x]}",
    header: String = "u-boot",
    files: BootFiles
  ) throws -> [String] {
    let job = try Sample.job("job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n- boot: \(boot)\n")
    let context = Sample.context(job, try Sample.device(device.replacing("HEADER", with: header)))
    context.withState(of: "common") { $0.bootFiles = files }
    guard case .boot(let boot) = try #require(job.actions.first).body else { return [] }
    return try context.bootValues(of: "common", boot).fill(lines)
  }

  private static func files(_ names: [String: String], _ type: KernelType? = nil) -> BootFiles {
    var files = BootFiles()
    files.names = names
    files.kernelType = type
    files.isRamdiskReadable = true
    return files
  }

  /// The addresses are the action's result (spec results-and-log §2), where the kernel's type says which command starts
  /// it.
  @Test(arguments: [
    (KernelType.image, ["kernel_addr=0x40400000", "dtb_addr=0x43000000", "ramdisk_addr=0x44000000"]),
    (.uimage, ["kernel_addr=0x1000", "dtb_addr=0x3000", "ramdisk_addr=0x2000", "tee_addr=0x4000"]),
    (nil, []),
  ])
  func addressesAreReported(_ type: KernelType?, _ expected: [String]) async throws {
    let keeper = ResultKeeper()
    let job = try Sample.job(
      "job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n- boot: {method: u-boot, commands: [x]}\n"
    )
    let context = JobContext(
      job: job,
      device: try Sample.device(Self.device.replacing("HEADER", with: "u-boot")),
      settings: RunSettings(jobID: "1", outputFolder: "/nowhere"),
      events: EventLog(sinks: [keeper])
    )
    context.withState(of: "common") { $0.bootFiles = Self.files(["kernel": "k"], type) }
    let plan = try context.plan().limited(to: "bootloader-overlay")
    #expect(await PipelineRunner(plan: plan, log: context.events).run().failure == nil)
    let extra = keeper.records.first { $0.testCase == "bootloader-overlay" }?.extra ?? []
    #expect(extra.map { "\($0.key.string ?? "?")=\($0.value.string ?? "?")" } == expected)
  }

  @Test func linesWithoutAValueGo() throws {
    let filled = try Self.fill("tftp 1 {KERNEL}", "tftp 2 {TEE}", "say {UNKNOWN}", files: Self.files(["kernel": "k"]))
    #expect(filled == ["tftp 1 k", "say {UNKNOWN}"])
  }

  /// With U-Boot's header the ramdisk says its own length; a raw one, and an initrd, need it behind the address.
  @Test(arguments: [
    ("u-boot", ["ramdisk": "r"], "booti 0x40400000 0x44000000 0x43000000"),
    ("raw", ["ramdisk": "r"], "booti 0x40400000 0x44000000:${initrd_size} 0x43000000"),
    ("u-boot", ["initrd": "i"], "booti 0x40400000 0x44000000:${initrd_size} 0x43000000"),
    ("u-boot", [:], "booti 0x40400000 - 0x43000000"),
  ])
  func theCommandThatBoots(header: String, names: [String: String], line: String) throws {
    let filled = try Self.fill("{BOOTX}", header: header, files: Self.files(names, .image))
    #expect(filled == [line])
  }

  @Test func aTrustedEnvironmentStartsTheKernel() throws {
    let filled = try Self.fill("{BOOTX}", "{TEE_ADDR}", files: Self.files(["tee": "t"], .uimage))
    #expect(filled == ["bootm 0x4000 - 0x3000", "0x4000"])
  }

  @Test func addressesOfServersAndTheBoard() throws {
    var files = Self.files([:])
    files.nfsRoot = BootFiles.NFSRoot(server: "192.0.2.7", path: "/export/a")
    files.nbdRoot = BootFiles.NBDRoot(server: "192.0.2.8", port: 10809)
    files.extraFolder = "4242/extra"
    let lines = [
      "{SERVER_IP} {LAVA_DISPATCHER_IP} {LAVA_JOB_ID}", "{NFS_SERVER_IP}:{NFSROOTFS}", "{NBDSERVERIP} {NBDSERVERPORT}",
      "{EXTRA_FILES_DIR}", "{LAVA_MAC}",
    ]
    #expect(
      try lines.flatMap { try Self.fill($0, files: files) } == [
        "192.0.2.1 192.0.2.1 4242", "192.0.2.7:/export/a", "192.0.2.8 10809", "4242/extra", "00:11:22:33:44:55",
      ]
    )
    let mac = try Self.fill("{LAVA_MAC}", boot: "{method: ipxe, commands: [x]}", files: files)
    #expect(mac == ["aa:bb:cc:dd:ee:ff"])
  }

  @Test func deviceTreeOverlays() throws {
    let files = Self.files(["dtb": "d", "dtbo0": "a", "dtbo1": "b"], .image)
    let filled = try Self.fill("{DTBO0} {DTBO1} {DTBO_ADDR}", "{DTB_BASE_ADDR} {DTB_BASE_RESIZE}", files: files)
    #expect(filled == ["a b 0x43800000", "0x43000000 0x100000"])
    #expect(try Self.fill("{DTB_BASE_ADDR}", files: Self.files(["dtb": "d"], .image)).isEmpty)
  }

  /// From a medium the paths in its file system are meant, whatever an earlier deploy has brought.
  @Test func fromAMedium() throws {
    let boot = """
      {method: u-boot, commands: usb, kernel: /boot/vmlinuz, kernel_type: image, ramdisk: /boot/i, dtb: /boot/d,
       root_uuid: UUID=1234, boot_part: 1}
      """
    let filled = try Self.fill(
      "load usb 0:{ROOT_PART} {KERNEL_ADDR} {KERNEL}",
      "load {RAMDISK} {DTB} root={ROOT}",
      "{BOOTX}",
      boot: boot,
      files: Self.files(["kernel": "tftp-kernel"], .uimage)
    )
    #expect(
      filled == [
        "load usb 0:1 0x40400000 /boot/vmlinuz", "load /boot/i /boot/d root=UUID=1234",
        "booti 0x40400000 0x44000000 0x43000000",
      ]
    )
  }
}
