// SPDX-License-Identifier: Apache-2.0

import JobModel
import Testing
import YAMLDocument

/// What correct deploys, boots and tests of boards say, in values.
@Suite struct BoardValueTests {
  private static func job(_ actions: [String], top: String = "") throws -> Job {
    let text = """
      job_name: values
      timeouts: {job: {minutes: 5}}
      \(top)
      actions:
      \(actions.map { "- \($0)\n" }.joined())
      """
    let reading = try reading(text)
    return try #require(Job(reading), "\(reading.findings)")
  }

  private static func deploy(_ keys: String) throws -> Deploy {
    guard case .deploy(let deploy) = try job(["{deploy: {\(keys)}}"]).actions[0].body else { throw NotThat() }
    return deploy
  }

  private static func boot(_ keys: String) throws -> Boot {
    guard case .boot(let boot) = try job(["{boot: {\(keys)}}"]).actions[0].body else { throw NotThat() }
    return boot
  }

  private struct NotThat: Error {}

  /// In LAVA's order, whatever the job's (spec jobs §5.3, §5.8).
  @Test(arguments: [
    (
      "to: tftp, tee: {url: t}, extra_files: {x: {url: x}, y: {url: y}}, dtbo: [{url: o}, {url: p}], preseed: {url: s}, "
        + "modules: {url: m}, nfsrootfs: {url: n}, dtb: {url: d}, kernel: {url: k}, ramdisk: {url: r}",
      ["ramdisk", "kernel", "dtb", "nfsrootfs", "modules", "preseed", "tee", "dtbo0", "dtbo1", "x", "y"]
    ),
    (
      "to: nbd, nbdroot: {url: n}, kernel: {url: k}, dtb: {url: d}, initrd: {url: i}",
      ["initrd", "kernel", "dtb", "nbdroot"]
    ),
    ("to: nfs, modules: {url: m}, nfsrootfs: {url: r}", ["nfsrootfs", "modules"]),
    ("to: nfs, images: {kernel: {url: k}, nfsrootfs: {url: r}}", ["kernel", "nfsrootfs"]),
    ("to: sd, device: card, image: {url: i}", ["image"]),
    ("to: sd, device: card, images: {image: {url: i}, boot: {url: b}}", ["image", "boot"]),
    ("to: ssh, kernel: {url: k}", []),
  ])
  func filesAreFetchedInLavasOrder(keys: String, labels: [String]) throws {
    #expect(try Self.deploy(keys).files.map(\.label) == labels)
  }

  @Test func whatIsSaidOfAFile() throws {
    let deploy = try Self.deploy(
      "to: tftp, kernel: {url: k, type: uimage}, nfsrootfs: {url: n, prefix: a/, archive: tar}"
    )
    #expect(deploy.file("kernel")?.kernelType == .uimage)
    #expect(deploy.file("nfsrootfs")?.kernelType == nil)
    #expect(deploy.files.map(\.isArchive) == [false, true])
    #expect(deploy.file("dtb") == nil)
  }

  @Test func overlaysOfAnImage() throws {
    let image = try Self.deploy(
      "to: tmpfs, images: {a: {url: i, format: ext4, overlays: {lava: true, m: {url: m, compression: gz, format: tar, path: /}}}}"
    ).files[0]
    #expect(image.overlay == .ext4)
    #expect(image.overlays.map(\.label) == ["m"])
    #expect(image.overlays.map(\.compression) == [.gzip])
  }

  @Test func imagesThatAreFlashed() throws {
    let deploy = try Self.deploy(
      "to: fastboot, images: {a: {url: a, reboot: hard-reset}, b: {url: b, apply-overlay: true}}, docker: {image: i}"
    )
    #expect(deploy.files.map(\.reboot) == ["hard-reset", nil])
    #expect(deploy.files.map(\.appliesOverlay) == [false, true])
  }

  @Test(arguments: ["image: debian", "image: {name: debian, local: true}"])
  func theImageOfAContainer(keys: String) throws {
    #expect(try Self.deploy("to: docker, \(keys)").containerImage == "debian")
  }

  /// Forms of older documents (spec jobs §2).
  @Test func oldForms() throws {
    let image = try #require(
      Self.deploy("to: tmpfs, image: 'http://example.org/a.img.gz', compression: gz, timeout: 2m").files.first
    )
    #expect(image.label == "rootfs")
    #expect(image.url == "http://example.org/a.img.gz")
    #expect(image.compression == .gzip)
    #expect(image.imageArgument == "-drive format=raw,file={rootfs}")
  }

  @Test(arguments: [("90s", 90), ("2m", 120), ("1h", 3600), ("1d", 86400)])
  func oldTimeouts(text: String, seconds: Int) throws {
    let action = try Self.job(["{boot: {method: minimal, timeout: \(text)}}"]).actions[0]
    #expect(action.common.timeout?.duration == .seconds(seconds))
  }

  @Test func commandsOfABootLoader() throws {
    #expect(try Self.boot("method: u-boot, commands: nfs").commands == .named("nfs"))
    #expect(try Self.boot("method: ipxe, commands: [dhcp net0, boot]").commands == .lines(["dhcp net0", "boot"]))
    #expect(try Self.boot("method: ipxe, commands: a, use_bootscript: true").usesScript == true)
    #expect(try Self.boot("method: ipxe, commands: a").usesScript == nil)
    #expect(try !Self.boot("method: bootloader, bootloader: u-boot, reset_device: false").resets)
    #expect(try Self.boot("method: bootloader, bootloader: u-boot, reset_device: true").resets)
    #expect(try Self.deploy("to: downloads, images: {a: {url: u, filename: b.gz}}").files[0].fileName == "b.gz")
    #expect(try Self.boot("method: bootloader, bootloader: u-boot, commands: []").commands == .lines([]))
  }

  @Test func whatOnlySomeBootsSay() throws {
    #expect(try Self.boot("method: grub, commands: a, boot_finished: Done").endMessages == ["Done"])
    #expect(try Self.boot("method: grub-efi, commands: a, boot_finished: [a, b]").endMessages == ["a", "b"])
    let bootloader = try Self.boot("method: bootloader, bootloader: grub, reset_connection: false")
    #expect(bootloader.bootloader == "grub")
    #expect(!bootloader.resetsConnection)
    #expect(try Self.boot("method: bootloader, bootloader: grub").resetsConnection)
    #expect(try Self.boot("method: new_connection, connection: uart1").connection == "uart1")
    #expect(try Self.boot("method: monitor, docker: {image: a}").usesContainer)
    let zmodem = try Self.boot("method: minimal, transfer_overlay: {transfer_method: zmodem, unpack_command: tar}")
    #expect(zmodem.transferOverlay?.method == .zmodem)
    #expect(zmodem.transferOverlay?.downloadCommand == "")
  }

  @Test(arguments: [
    ("definitions: []", TestBlock.Kind.shell),
    ("definitions: [], docker: {image: i}", .docker),
    ("interactive: [{name: a, prompts: [b], script: []}]", .interactive),
    ("monitors: [{name: a, start: b, end: c, pattern: d}]", .monitors),
    ("services: {}", .services),
  ])
  func kindsOfTests(keys: String, kind: TestBlock.Kind) throws {
    guard case .test(let block) = try Self.job(["{deploy: {to: overlay}}", "{test: {\(keys)}}"]).actions[1].body else {
      throw NotThat()
    }
    #expect(block.kind == kind)
  }

  /// LAVA's list of roles and its node's one role (spec multinode §1, §2).
  @Test func roles() throws {
    let group = try Self.job(
      ["{boot: {method: minimal, role: [a, b]}}", "{boot: {method: minimal, role: b}}"],
      top: "protocols: {lava-multinode: {roles: {a: {device_type: x, count: 1}, b: {device_type: y, count: 2}}}}"
    )
    #expect(group.actions.map(\.common.roles) == [["a", "b"], ["b"]])
    #expect(group.roles == ["a", "b"])
    #expect(!group.isNode)
    let node = try Self.job(
      ["{boot: {method: minimal, role: a}}"],
      top: "protocols: {lava-multinode: {target_group: g, role: a, roles: {'12': a}}}"
    )
    #expect(node.isNode)
    #expect(node.roles == [])
  }

  /// One role's names and order do not concern another's.
  @Test func rolesAreReadOneByOne() throws {
    let definition = "{from: git, name: a, path: a, repository: r}"
    let text = """
      job_name: group
      timeouts: {job: {minutes: 5}}
      actions:
      - {deploy: {to: overlay, role: [a]}}
      - {boot: {method: minimal, role: [a]}}
      - {test: {definitions: [\(definition)], role: [a]}}
      - {test: {definitions: [\(definition)], role: [b]}}

      """
    #expect(
      try jobFindings(text) == [
        "7:4 error test-without-deploy: this test has no deploy action before it in namespace 'common'",
        "7:4 warning test-before-boot: this test has no boot action before it in namespace 'common'",
      ]
    )
  }

  /// The same definitions again are no mistake (spec jobs §2.1).
  @Test func aRepeatBlockIsItsActionsSoOften() throws {
    let job = try Self.job([
      "{deploy: {to: overlay}}",
      "{repeat: {count: 3, actions: [{boot: {method: minimal}}, "
        + "{test: {definitions: [{from: git, name: a, path: a, repository: r}]}}]}}",
    ])
    let kinds = job.actions.map { action in
      switch action.body {
      case .deploy: "deploy"
      case .boot: "boot"
      case .test: "test"
      case .command(let name): "command \(name)"
      }
    }
    #expect(kinds == ["deploy", "boot", "test", "boot", "test", "boot", "test"])
  }
}
