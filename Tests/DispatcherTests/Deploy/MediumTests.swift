// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import JobModel
import Pipeline
import Testing

@testable import Dispatcher

/// Images that a running board writes to one of its media, and boots from there (spec jobs §5.5, §6.2).
@Suite struct MediumTests {
  private static let device = """
    hostname: board
    dispatcher_ip: 127.0.0.1
    commands: {connect: 'true'}
    parameters:
      media: {usb: {UUID-required: true, stick: {uuid: usb-stick}}, sata: {disk: {}}}
      bootz: {kernel: '0x1000', ramdisk: '0x2000', dtb: '0x3000'}
    actions:
      deploy: {methods: {tftp: }}
      boot: {methods: {u-boot: {usb: {commands: [load]}}}}

    """

  private static func context(_ actions: String...) throws -> JobContext {
    let text = "job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n" + actions.map { "- \($0)\n" }.joined()
    return Sample.context(try Sample.job(text), try Sample.device(device))
  }

  private static func deploy(_ keys: String, to: String = "usb", device: String = "stick") -> String {
    "{deploy: {to: \(to), device: \(device), image: {url: a.img}, \(keys)}}"
  }

  private static func command(_ keys: String, device: String = "stick") throws -> String {
    let context = try context(deploy(keys, device: device))
    guard case .deploy(let deploy) = try #require(context.job.actions.first).body else { return "" }
    return try MediumCommand(deploy, on: context.device).line(url: "http://h/i")
  }

  @Test(arguments: [
    (
      "download: {tool: /usr/bin/wget, options: '-O - {DOWNLOAD_URL}'}",
      "/usr/bin/wget -O - http://h/i | dd of='/dev/disk/by-id/usb-stick' bs=4M"
    ),
    (
      "download: {tool: /w, options: '{DOWNLOAD_URL}'}, writer: {tool: /bin/pv, options: '> {DEVICE}', prompt: x}",
      "/w http://h/i | /bin/pv > /dev/disk/by-id/usb-stick"
    ),
    (
      "writer: {tool: /usr/bin/bmaptool, options: 'copy {DOWNLOAD_URL} {DEVICE}'}",
      "/usr/bin/bmaptool copy http://h/i /dev/disk/by-id/usb-stick"
    ),
  ])
  func whatIsTyped(keys: String, line: String) throws {
    #expect(try Self.command(keys) == line)
  }

  @Test func whatCannotBeTyped() throws {
    let nothing = #expect(throws: Failure.self) { try Self.command("uniquify: true") }
    #expect(nothing?.code == "no-download")
    let unknown = #expect(throws: Failure.self) {
      try Self.command("download: {tool: /w, options: '{DOWNLOAD_URL}'}", device: "disc")
    }
    #expect(unknown?.kind == .configuration)
  }

  /// Older jobs say in the deploy what is booted.
  @Test func whatIsBootedIsSaidByTheBootOrTheDeploy() throws {
    let old = Self.deploy("kernel: /k, ramdisk: /r, dtb: /d, UUID: 12-34, boot_part: 2")
    let boot = "{boot: {method: u-boot, commands: usb, kernel: /own}}"
    let context = try Self.context(old, boot)
    guard case .boot(let parsed) = try #require(context.job.actions.last).body else { return }
    let medium = try #require(BootMedium(parsed, of: context, namespace: "common"))
    let files = medium.files
    #expect([files.kernel, files.ramdisk, files.deviceTree] == ["/own", "/r", "/d"])
    #expect([files.root, files.partition] == ["UUID=12-34", "2"])
    #expect(files.kernelType == .zimage)
    #expect(medium.shortcoming == nil)
    #expect(BootMedium(parsed, of: context, namespace: "other")?.files.root == nil)
  }

  @Test func everythingThatIsMissingIsSaid() throws {
    let context = try Self.context("{boot: {method: u-boot, commands: usb, ramdisk: /r}}")
    let found = context.job.findings(on: context.device).items.filter { $0.code == "medium-keys" }
    #expect(found.map(\.message) == ["to boot from 'usb' the boot action needs 'kernel', 'root_uuid', 'boot_part'"])
    let other = try Self.context("{boot: {method: u-boot, commands: nfs}}")
    #expect(!other.job.findings(on: other.device).items.contains { $0.code == "medium-keys" })
  }

  /// A board that says of an image of 13 bytes that it has written so many.
  @Test(arguments: [13, 12]) func whatTheBoardWroteIsCounted(count: Int) async throws {
    let folder = TemporaryFolder()
    let image = folder.write("thirteen byte", to: "a.img")
    let context = try Self.context(
      Self.deploy("download: {tool: /usr/bin/wget, options: '-O - {DOWNLOAD_URL}', prompt: Connecting to}")
    )
    let action = try #require(
      try context.strategies().first?.strategy.actions.first?.children.last { $0.name == "dd-image" }
    )
    let board = """
      stty -echo; read wait; echo '<LAVA_SIGNAL_RETRUNCODE 0>'; printf 'board# '
      read line; echo "Connecting to host: $line"; echo '0+1 records in'; echo '0+1 records out'
      echo '\(count) bytes (13B) copied, 0.1 seconds'; printf 'board# '; read sync; printf 'board# '; read more
      """
    let keeper = LineKeeper()
    let failure = await SmallBoard.run(keeper, SystemClock(), board: board) { session, run throws(Failure) in
      session.setPrompts(["board# "])
      session.markShell()
      context.withState(of: "common") { state in
        state.session = session
        state.images = [PlacedImage(label: "image", path: image, argument: nil)]
      }
      try await action.run?(run)
    }
    await context.stopServers()
    #expect(failure == (count == 13 ? nil : "the board wrote 12 bytes to 'stick', of 13 that the image has"))
  }

  @Test func aBoardThatIsNotBootedCannotWrite() async throws {
    let context = try Self.context(Self.deploy("download: {tool: /w, options: '{DOWNLOAD_URL}'}"))
    let action = try #require(
      try context.strategies().first?.strategy.actions.first?.children.last { $0.name == "dd-image" }
    )
    let failure = await SmallBoard.run(LineKeeper(), SystemClock(), board: "read line") {
      session,
      run throws(Failure) in
      context.withState(of: "common") { $0.session = session }
      try await action.run?(run)
    }
    #expect(failure == "no system runs on the board that could write 'stick'")
  }
}
