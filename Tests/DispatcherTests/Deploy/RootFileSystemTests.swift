// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Events
import HostTools
import JobModel
import Overlay
import Pipeline
import Testing

@testable import Dispatcher

/// Root file systems and ramdisks, and what is put into them.
@Suite struct RootFileSystemTests {
  let folder = TemporaryFolder()

  private static let deviceText = """
    hostname: board
    device_type: board
    dispatcher_ip: 127.0.0.1
    static_info: [{lab: ten}]
    actions:
      deploy: {methods: {tftp: , nfs: }, parameters: {add_header: u-boot, mkimage_arch: arm64}}
      boot: {methods: {minimal: , u-boot: }}

    """

  private func context(_ deploy: String, exported: String? = nil) throws -> JobContext {
    let job = try Sample.job(
      """
      job_name: sample
      timeouts: {job: {minutes: 5}, action: {minutes: 2}}
      visibility: public
      actions:
      - deploy: {\(deploy)}

      """
    )
    var settings = RunSettings(jobID: "7", outputFolder: folder.file("job"))
    settings.dispatcher.nfsDirectory = exported
    return JobContext(job: job, device: try Sample.device(Self.deviceText), settings: settings)
  }

  private func deploy(of context: JobContext) throws -> Deploy {
    guard case .deploy(let deploy)? = context.job.actions.first?.body else { throw Failure(.bug, "no", "no deploy") }
    return deploy
  }

  /// Puts a file where a download would have.
  private func place(_ label: String, _ path: String, in context: JobContext) {
    context.withState(of: "common") { $0.images.append(PlacedImage(label: label, path: path, argument: nil)) }
  }

  /// Runs actions as a block of the job.
  private func run(_ actions: some ActionTree, of context: JobContext) async throws -> Failure? {
    let block = Block(.deploy, Action("block", children: { actions }))
    let plan = try Plan(blocks: [block], settings: TimeoutSettings(job: .seconds(300), action: .seconds(120)))
    return await PipelineRunner(plan: plan, log: context.events).run().failure
  }

  private func tar(_ name: String, _ script: String) throws -> String {
    let made = HostTools.run(
      ["sh", "-c", "mkdir -p tree && cd tree && \(script) && tar czf ../\(name) ."],
      in: folder.path
    )
    try #require(made.status == 0, "\(made.output)")
    return folder.file(name)
  }

  // MARK: - Root file systems

  @Test func aRootIsUnpackedWhereAServerExportsIt() async throws {
    let exported = folder.file("export")
    let context = try context("to: nfs, nfsrootfs: {url: r, prefix: sub/}", exported: exported)
    #expect(HostTools.run(["mkdir", exported]).status == 0)
    let archive = try tar("r.tar.gz", "mkdir -p sub/etc && echo hi > sub/etc/motd")
    place("nfsrootfs", archive, in: context)
    let deploy = try deploy(of: context)
    #expect(
      try await run(
        ExtractRoot(context: context, namespace: "common", archive: deploy.file("nfsrootfs")),
        of: context
      ) == nil
    )
    let root = try #require(context.withState(of: "common", \.bootFiles.nfsRoot))
    #expect(root.server == "127.0.0.1")
    #expect(root.path.hasPrefix("\(exported)/7-extract-nfsrootfs-"))
    #expect(root.path.hasSuffix("/sub"))
    #expect(bytes(of: "\(root.path)/etc/motd") == Array("hi\n".utf8))
    #expect(bytes(of: archive).isEmpty, "the archive is there no more")
    await context.stopServers()
    #expect(HostTools.run(["ls", exported]).output.isEmpty)
  }

  @Test func aRootThatIsNoArchiveHasItsPlace() async throws {
    let context = try context("to: nfs, nfsrootfs: {url: r}", exported: folder.path)
    place("nfsrootfs", folder.write("no archive", to: "r"), in: context)
    let deploy = try deploy(of: context)
    let tree = ExtractRoot(context: context, namespace: "common", archive: deploy.file("nfsrootfs"))
    let failure = try await run(tree, of: context)
    #expect(failure?.place?.line == 5)
  }

  @Test func modulesGoIntoTheRootAndTheRamdisk() async throws {
    let text = "to: tftp, ramdisk: {url: i}, modules: {url: m}, nfsrootfs: {url: r}"
    let context = try context(text)
    place("modules", try tar("m.tar.gz", "mkdir -p lib/modules/6 && echo 1 > lib/modules/6/a.ko"), in: context)
    let initrd = folder.file("initrd")
    let system = [
      ArchiveEntry("usr", mode: 0o755, .directory), ArchiveEntry("usr/lib", mode: 0o755, .directory),
      ArchiveEntry("lib", mode: 0o777, .symbolicLink(to: "usr/lib")),
    ]
    try ArchiveWriter(.cpioNewc).write(system, to: initrd)
    place("ramdisk", initrd, in: context)
    // A multiple of four, as the kernel wants it.
    let start = bytes(of: initrd).count
    let root = folder.file("root")
    #expect(
      HostTools.run(["sh", "-c", "mkdir -p root/usr/lib && ln -s usr/lib root/lib"], in: folder.path).status == 0
    )
    context.withState(of: "common") { $0.root = RootFileSystem(folder: root, machine: nil) }
    let deploy = try deploy(of: context)
    let ramdisk = Ramdisk(context: context, namespace: "common", image: try #require(deploy.file("ramdisk")))
    let actions =
      [Action("open") { run async throws(Failure) in try ramdisk.open(run) }]
      + ModulesAction(context: context, namespace: "common", deploy: deploy).actions
    #expect(try await run(actions, of: context) == nil)
    #expect(bytes(of: "\(root)/usr/lib/modules/6/a.ko") == Array("1\n".utf8))
    let listed = try ArchiveReader.members(of: initrd, from: start).map(\.path)
    #expect(listed.contains("usr/lib/modules/6/a.ko"), "\(listed)")
    #expect(!listed.contains("lib"))
  }

  @Test func modulesWithoutAPlaceAreRefused() async throws {
    let context = try context("to: tftp, kernel: {url: k}, modules: {url: m}")
    place("modules", folder.write("", to: "m"), in: context)
    let tree = ModulesAction(context: context, namespace: "common", deploy: try deploy(of: context))
    let failure = try await run(tree, of: context)
    #expect(failure?.message == "Unable to identify a location for the unpacked modules")
    #expect(failure?.place?.line == 5)
  }

  /// A ramdisk that may not be changed keeps every byte, whatever the device does with others.
  @Test(arguments: [
    ("install_modules: false, install_overlay: false", true), ("allow_modify: false", true),
    ("install_modules: false", false), ("header: u-boot", false),
  ])
  func aRamdiskIsLeftAlone(keys: String, isLeft: Bool) async throws {
    let context = try context("to: tftp, ramdisk: {url: i, \(keys)}")
    let initrd = folder.write("\u{27}not a ramdisk", to: "initrd")
    place("ramdisk", initrd, in: context)
    let before = bytes(of: initrd)
    let ramdisk = Ramdisk(
      context: context,
      namespace: "common",
      image: try #require(try deploy(of: context).file("ramdisk"))
    )
    let action = Action("both") { run async throws(Failure) in
      try ramdisk.open(run)
      try ramdisk.close(run)
    }
    #expect(try await run(action, of: context) == nil)
    #expect((bytes(of: initrd) == before) == isLeft)
    if !isLeft { #expect(bytes(of: initrd).dropFirst(64).elementsEqual(before)) }
  }

  // MARK: - Persistent roots

  @Test(arguments: [
    ("'10.0.0.1:/srv/root'", "10.0.0.1", "/srv/root"), ("'{lab}:/srv'", "ten", "/srv"),
  ])
  func whereAPersistentRootIs(address: String, server: String, path: String) async throws {
    let context = try context("to: tftp, kernel: {url: k}, persistent_nfs: {address: \(address)}")
    let root = PersistentRoot(
      context: context,
      namespace: "common",
      root: try #require(try deploy(of: context).persistentNFS)
    )
    #expect(try root.place() == BootFiles.NFSRoot(server: server, path: path))
  }

  @Test func aPlaceholderThatHidesNoAddressIsRefused() throws {
    let context = try context("to: tftp, kernel: {url: k}, persistent_nfs: {address: '{lab}'}")
    let root = PersistentRoot(
      context: context,
      namespace: "common",
      root: try #require(try deploy(of: context).persistentNFS)
    )
    let failure = #expect(throws: Failure.self) { try root.place() }
    #expect(failure?.code == "bad-nfs-address")
  }

  // MARK: - Architectures

  /// `e_machine` as the ELF specification and its supplements number them.
  @Test(arguments: [
    (62, 64, "amd64"), (3, 32, "i386"), (183, 64, "arm64"), (40, 32, "armel"), (243, 64, "riscv64"), (8, 32, nil),
    (243, 32, nil),
  ])
  func helpersOfAnElfMachine(machine: Int, bits: Int, name: String?) throws {
    var header = [UInt8](repeating: 0, count: 20)
    header.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, bits == 64 ? 2 : 1, 1])
    header[18] = UInt8(machine)
    #expect(Architecture(try #require(ELFMachine(header)))?.rawValue == name)
  }
}
