// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Pipeline
import Testing

@testable import Dispatcher

/// Trees that spec jobs §5 and §6 state in words and no recorded plan shows, and what is planned but not run.
@Suite struct StrategyTests {
  /// A device that can do everything.
  private static let deviceText = """
    hostname: board
    commands: {connect: 'true', hard_reset: reset, connections: {uart1: {connect: 'true'}},
               users: {to_usb: {do: switch usb, undo: switch off}}}
    parameters: {media: {usb: {stick: {uuid: u}}, sata: {disk: {uuid: u}}, sd: {card: {uuid: u}}}}
    actions:
      deploy: {methods: {image: , overlay: , tftp: , nfs: , ssh: , nbd: , docker: , fastboot: }}
      boot:
        methods:
          {qemu: , minimal: , u-boot: , grub: , grub-efi: , ipxe: , ssh: , docker: , schroot: }

    """

  /// - Parameters:
  ///   - actions: flow mappings, one for each.
  ///   - hasTest: whether a test with a definition follows.
  private static func job(_ actions: [String], hasTest: Bool = false, isNode: Bool = false) throws -> Job {
    let definition = "{from: inline, name: a, path: a, repository: {metadata: {name: a}, run: {steps: ['true']}}}"
    let test = hasTest ? ["{test: {definitions: [\(definition)]}}"] : []
    let text = """
      job_name: sample
      timeouts: {job: {minutes: 5}}
      \(isNode ? "protocols: {lava-multinode: {target_group: g, role: a}}" : "")
      actions:
      \((actions + test).map { "- \($0)\n" }.joined())
      """
    return try Sample.job(text)
  }

  private static func context(_ job: Job) throws -> JobContext {
    Sample.context(job, try Sample.device(deviceText))
  }

  /// The children of the first block's action, `/` between the levels.
  private func children(_ actions: [String], hasTest: Bool = false) throws -> [String] {
    let plan = try Self.context(Self.job(actions, hasTest: hasTest)).plan()
    func paths(_ action: PlannedAction, _ path: String) -> [String] {
      [path] + action.children.flatMap { paths($0, "\(path)/\($0.name)") }
    }
    let root = try #require(plan.blocks.first).root
    return paths(root, root.name).filter { !$0.contains("lava-overlay/") }
  }

  @Test func nfs() throws {
    let deploy = "{deploy: {to: nfs, modules: {url: 'https://x/m'}, nfsrootfs: {url: 'scp://x/r'}}}"
    #expect(
      try children([deploy], hasTest: true) == [
        "nfs-deploy", "nfs-deploy/download-retry", "nfs-deploy/download-retry/scp-download",
        "nfs-deploy/download-retry", "nfs-deploy/download-retry/http-download", "nfs-deploy/extract-nfsrootfs",
        "nfs-deploy/lava-overlay", "nfs-deploy/extract-modules", "nfs-deploy/apply-overlay-tftp",
        "nfs-deploy/deploy-device-env",
      ]
    )
  }

  @Test func blockDevice() throws {
    let deploy = "{deploy: {to: nbd, nbdroot: {url: r}, kernel: {url: k, type: image}, initrd: {url: 'https://x/i'}}}"
    #expect(
      try children([deploy]) == [
        "nbd-deploy", "nbd-deploy/download-retry", "nbd-deploy/download-retry/http-download",
        "nbd-deploy/download-retry", "nbd-deploy/download-retry/file-download", "nbd-deploy/download-retry",
        "nbd-deploy/download-retry/file-download", "nbd-deploy/lava-overlay", "nbd-deploy/prepare-kernel",
        "nbd-deploy/prepare-kernel/uboot-prepare-kernel", "nbd-deploy/xnbd-server-deploy",
      ]
    )
  }

  @Test func storage() throws {
    let deploy = "{deploy: {to: sata, device: disk, image: {url: a.img}}}"
    #expect(
      try children([deploy], hasTest: true) == [
        "storage-deploy", "storage-deploy/lava-overlay", "storage-deploy/download-retry",
        "storage-deploy/download-retry/file-download", "storage-deploy/apply-overlay-image",
        "storage-deploy/dd-image", "storage-deploy/deploy-device-env",
      ]
    )
    let plan = try Self.context(Self.job([deploy])).plan()
    #expect(plan.actions.first { $0.name == "dd-image" }?.timeout == .seconds(600))
  }

  @Test func downloads() throws {
    let deploy =
      "{deploy: {to: downloads, images: {a: {url: 'downloads://x'}}, postprocess: {docker: {image: i, steps: [a]}}}}"
    #expect(
      try children([deploy], hasTest: true) == [
        "downloads", "downloads/lava-overlay", "downloads/download-retry", "downloads/download-retry/pre-downloaded",
        "downloads/download-postprocess-docker",
      ]
    )
  }

  @Test func anInstallerIsWaitedFor() throws {
    let boot = "{boot: {method: grub, commands: x, reset: false, prompts: ['# '], boot_finished: Done}}"
    #expect(
      try children([boot]) == [
        "grub-main-action", "grub-main-action/bootloader-from-media", "grub-main-action/bootloader-overlay",
        "grub-main-action/connect-device", "grub-main-action/bootloader-interrupt",
        "grub-main-action/bootloader-commands", "grub-main-action/installer-wait", "grub-main-action/power-off",
      ]
    )
  }

  @Test func aBootLoaderOnTheConsoleAsItIs() throws {
    let boot = "{boot: {method: bootloader, bootloader: u-boot, commands: [], reset_connection: false}}"
    #expect(
      try children([boot]) == [
        "boot-bootloader-retry", "boot-bootloader-retry/bootloader-overlay", "boot-bootloader-retry/boot-bootloader",
        "boot-bootloader-retry/boot-bootloader/connect-device", "boot-bootloader-retry/boot-bootloader/reset-device",
        "boot-bootloader-retry/boot-bootloader/reset-device/pdu-reboot",
        "boot-bootloader-retry/boot-bootloader/bootloader-interrupt",
        "boot-bootloader-retry/boot-bootloader/bootloader-commands",
      ]
    )
  }

  /// What only prints is not logged in to.
  @Test func anImageThatIsOnlyListenedTo() throws {
    #expect(
      try children(["{boot: {method: monitor}}"]) == [
        "boot-image-retry", "boot-image-retry/boot-qemu-image", "boot-image-retry/boot-qemu-image/execute-qemu",
      ]
    )
  }

  @Test func monitorsAndCommands() throws {
    let monitor = "{test: {monitors: [{name: a, start: b, end: c, pattern: d}]}}"
    #expect(try children([monitor]) == ["lava-test-monitor-retry", "lava-test-monitor-retry/lava-test-monitor"])
    #expect(try children(["{command: {name: power_on}}"]) == ["user-command"])
  }

  @Test func aRepeatedBlockIsPlannedAgain() throws {
    let plan = try Self.context(
      Self.job(["{repeat: {count: 2, actions: [{boot: {method: minimal}}, {command: {name: x}}]}}"])
    ).plan()
    #expect(
      plan.blocks.map { "\($0.root.level) \($0.root.name)" } == [
        "1 minimal-boot", "2 user-command", "3 minimal-boot", "4 user-command", "5 finalize",
      ]
    )
  }

  // MARK: - What a block lacks

  /// An image that nobody serves, and tests that would not get to the board.
  @Test(arguments: [
    ("{deploy: {to: nbd, initrd: {url: i}}}", "{boot: {method: minimal}}", ["no-nbdroot"]),
    ("{deploy: {to: nbd, nbdroot: {url: r}}}", "{boot: {method: minimal}}", ["no-place-for-overlay"]),
    (
      "{deploy: {to: nbd, nbdroot: {url: r}}}",
      "{boot: {method: minimal, transfer_overlay: {download_command: wget, unpack_command: tar}}}", []
    ),
  ])
  func aBlockThatIsNotWhole(deploy: String, boot: String, codes: [String]) throws {
    let job = try Self.job([deploy, boot], hasTest: true)
    let found = job.findings(on: try Sample.device(Self.deviceText)).items
    #expect(found.map(\.code) == codes)
    #expect(found.allSatisfy { $0.severity == .error && $0.place?.line == 5 && $0.advice != nil })
    let context = try Self.context(job)
    do throws(Failure) {
      try context.checkStrategies()
      #expect(codes == [])
    } catch {
      #expect([error.code] == codes)
      #expect(error.kind == .job && error.place?.line == 5)
    }
  }

  // MARK: - Planned only

  private static let plannedOnly = [
    ("{deploy: {to: usb, device: stick, image: {url: i, archive: tar}}}", "'archive' of the image 'image'"),
    ("{deploy: {to: nbd, nbdroot: {url: r, archive: tar}}}", "'archive' of the image 'nbdroot'"),
    (
      "{deploy: {to: downloads, images: {a: {url: i}}, postprocess: {docker: {image: d, steps: [a]}}}}",
      "'postprocess' of 'to: downloads'"
    ),
    ("{deploy: {to: downloads, images: {a: {url: i, archive: tar}}}}", "'archive' of the image 'a'"),
    (
      "{deploy: {to: download, images: {a: {url: i, apply-overlay: true}}}}",
      "'apply-overlay' of the image 'a'"
    ),
    ("{deploy: {to: docker, image: debian}}", "'to: docker'"),
    ("{deploy: {to: fastboot, images: {a: {url: i}}}}", "'to: fastboot'"),
    ("{deploy: {to: tmpfs, images: {a: {url: i}}, uefi: {url: u}}}", "'uefi'"),
    ("{deploy: {to: tmpfs, images: {a: {url: i, archive: tar}}}}", "'archive' of the image 'a'"),
    (
      "{deploy: {to: tmpfs, images: {a: {url: i, format: ext4, overlays: {lava: true}}}}}",
      "'overlays' of the image 'a'"
    ),
    (
      "{deploy: {to: tmpfs, images: {a: {url: i, format: cpio.newc, overlays: {b: {url: u}}}}}}",
      "'overlays' of the image 'a'"
    ),
    ("{boot: {method: monitor, docker: {image: i}}}", "'docker' of a QEMU boot"),
    ("{boot: {method: qemu, prompts: ['# '], docker: {image: i}}}", "'docker' of a QEMU boot"),
    (
      "{boot: {method: minimal, transfer_overlay: {transfer_method: zmodem, unpack_command: tar}}}",
      "'transfer_method: zmodem'"
    ),
    ("{boot: {method: docker, command: sh}}", "'method: docker'"),
    ("{boot: {method: schroot, schroot: sid}}", "'method: schroot'"),
    ("{command: {name: stop_test_services}}", "'command: stop_test_services'"),
  ]

  /// Said with the device, and once.
  @Test(arguments: plannedOnly) func aPlanThatDoesNotRunIsSaidBefore(action: String, part: String) throws {
    let job = try Self.job([action])
    let found = job.findings(on: try Sample.device(Self.deviceText)).items
    #expect(found.map(\.code) == ["method-not-supported"])
    #expect(found.map(\.severity) == [.warning])
    #expect(found.first?.message == "\(part) can be planned, but 'run' of this version of Pumice will refuse it")
    #expect(found.first?.place?.line == 5)
  }

  /// It would be brought into fastboot (spec jobs §5.9).
  @Test func downloadsBesideADeviceWithoutAPowerSwitch() throws {
    let job = try Self.job(["{deploy: {to: download, images: {a: {url: i}}}}"])
    let found = job.findings(on: try Sample.device(Sample.deviceText)).items
    #expect(
      found.map(\.message) == [
        "'to: download' on a device without 'hard_reset' can be planned, but 'run' of this version of Pumice will refuse it"
      ]
    )
    #expect(job.findings(on: try Sample.device(Self.deviceText)).items == [])
  }

  /// Nothing is started: the failure comes before the first action.
  @Test(arguments: plannedOnly) func aPlanThatDoesNotRunIsRefused(action: String, part: String) async throws {
    let keeper = ResultKeeper()
    let context = JobContext(
      job: try Self.job([action]),
      device: try Sample.device(Self.deviceText),
      settings: RunSettings(jobID: "1", outputFolder: "/nowhere"),
      events: EventLog(sinks: [keeper])
    )
    let outcome = await PipelineRunner(plan: try context.plan(), log: context.events, hooks: context.hooks()).run()
    #expect(outcome.isInvalid)
    #expect(outcome.failure?.kind == .job)
    #expect(outcome.failure?.code == "not-supported")
    #expect(outcome.failure?.message == "\(part) is planned, but cannot be run by this version of Pumice")
    #expect(outcome.failure?.place?.line == 5)
    #expect(keeper.records.map(\.testCase) == ["validate", "job"])
  }

  @Test func aNodeOfAGroupRunsItsTestsWithTheOthers() throws {
    let job = try Self.job(["{deploy: {to: overlay}}", "{boot: {method: minimal}}"], hasTest: true, isNode: true)
    let context = try Self.context(job)
    #expect(try context.plan().blocks.map(\.root.name).dropLast().last == "multinode-test")
    #expect(try context.strategies().map(\.strategy.plannedOnly) == [nil, nil, nil])
  }

  @Test func theJobOfAGroupIsForNoSingleDevice() throws {
    let text = """
      job_name: group
      timeouts: {job: {minutes: 5}}
      protocols: {lava-multinode: {roles: {server: {device_type: a, count: 1}}}}
      actions:
      - boot: {method: minimal, role: [server]}

      """
    let found = try Sample.job(text).findings(on: try Sample.device(Self.deviceText)).items
    #expect(found.map(\.code) == ["not-supported"])
    #expect(found.map(\.severity) == [.error])
  }

  @Test(arguments: ["{deploy: {to: recovery}}", "{boot: {method: dfu}}", "{test: {services: {a: {}}}}"])
  func whatNobodyPlansIsRefused(action: String) throws {
    let job = try Self.job([action])
    let found = job.findings(on: try Sample.device(Self.deviceText)).items
    #expect(found.map(\.code) == ["not-supported"])
    #expect(found.map(\.severity) == [.error])
    let context = try Self.context(job)
    do throws(Failure) {
      _ = try context.plan()
      Issue.record("it has a plan")
    } catch {
      #expect(error.code == "not-supported")
      #expect(error.place?.line == 5)
    }
  }

  @Test(arguments: [(false, ["no-group", "no-group"]), (true, [])])
  func callsOfAGroupThatIsNotThere(isNode: Bool, codes: [String]) throws {
    let script = "[{delay: 1}, {lava-sync: a}, {command: b}, {lava-send: c}]"
    let job = try Self.job(["{test: {interactive: [{name: a, prompts: [b], script: \(script)}]}}"], isNode: isNode)
    let found = job.findings(on: try Sample.device(Self.deviceText)).items
    #expect(found.map(\.code) == codes)
    #expect(found.allSatisfy { $0.severity == .warning })
  }

  @Test func aCommandThatTheDeviceDoesNotHave() throws {
    let job = try Self.job(["{command: {name: to_usd}}"])
    let found = job.findings(on: try Sample.device(Self.deviceText)).items
    #expect(found.map(\.code) == ["unknown-command"])
    #expect(found.map(\.severity) == [.error])
    #expect(found.first?.expected == "one of: to_usb")
    #expect(found.first?.suggestion == "to_usb")
  }

  /// What a device file lacks for a method (spec jobs §3.1).
  @Test(arguments: [
    ("{deploy: {to: tftp, kernel: {url: k}}}", "device-cannot-deploy", "It needs 'tftp' under actions.deploy.methods."),
    (
      "{deploy: {to: tmpfs, images: {a: {url: i}}}}", "device-cannot-deploy",
      "It needs 'image' under actions.deploy.methods."
    ),
    (
      "{deploy: {to: usb, device: stick, image: {url: i}}}", "device-cannot-deploy",
      "It needs 'uuid' under parameters.media.usb.stick."
    ),
    ("{boot: {method: u-boot, commands: x}}", "device-cannot-boot", "Choose another method, or another device."),
    (
      "{boot: {method: bootloader, bootloader: grub}}", "device-cannot-boot",
      "Choose another method, or another device."
    ),
    ("{boot: {method: qemu-nfs, prompts: [a]}}", "device-cannot-boot", "Choose another method, or another device."),
  ])
  func whatTheDeviceLacks(action: String, code: String, advice: String) throws {
    let found = try Self.job([action]).findings(on: try Sample.device(Sample.deviceText)).items
    #expect(found.map(\.code) == [code])
    #expect(found.map(\.advice) == [advice])
  }
}
