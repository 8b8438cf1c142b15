// SPDX-License-Identifier: Apache-2.0

import Archives
import Consoles
import Diagnostics
import Events
import Files
import Glibc
import JobModel
import Overlay
import Pipeline
import YAMLDocument

/// A root file system that has been unpacked on this host for a board to mount.
struct RootFileSystem: Sendable {
  /// The root itself on this host.
  let folder: String
  /// What its programs run on; nil where there is none among them.
  let machine: ELFMachine?
}

/// `extract-nfsrootfs`, and `qemu-nfs-deploy` — unpacks the archive of a root file system and lets the board mount it
/// (spec jobs §5.3, §5.4).
struct ExtractRoot: ActionTree {
  let context: JobContext
  let namespace: String
  /// The archive; nothing is done where the job has none.
  let archive: Image?
  var name = "extract-nfsrootfs"
  var timeoutFailure = Failure.Kind.infrastructure

  var actions: [Action] {
    Action(name, summary: "unpack the NFS root", timeoutFailure: timeoutFailure, run: unpack)
  }

  private func unpack(_ run: ActionRun) async throws(Failure) {
    guard let archive, let path = context.path(of: archive.label, in: namespace) else { return }
    let top = try context.makeRootFolder(of: namespace)
    let outcome: RootUnpacker.Outcome
    do throws(Failure) {
      outcome = try RootUnpacker().unpack(path, into: top)
    } catch {
      var failure = error
      failure.place = failure.place ?? context.job.place(of: archive.node)
      throw failure
    }
    // It is there twice else, and root file systems are large.
    try FileSystem.removeTree(path)
    let folder = try archive.prefix.map { (name) throws(Failure) in try RootUnpacker.folder(name, below: top) } ?? top
    run.log(.debug, "unpacked \(outcome.entries) entries with \(outcome.bytes) bytes to \(folder)")
    if outcome.leftOut > 0 {
      run.log(
        .warning,
        "\(outcome.leftOut) owners, devices and attributes of the root file system were left out"
          + (geteuid() == 0 ? ": this host does not allow them" : ": they need root")
      )
    }
    run.record("entries", .int(outcome.entries))
    run.record("size", .int(outcome.bytes))
    let root = RootFileSystem(folder: folder, machine: outcome.machine)
    context.withState(of: namespace) { $0.root = root }
    try await context.export(folder, of: namespace, run)
  }
}

/// `apply-overlay-tftp` into a root file system of this host.
extension JobContext {
  /// Unpacks the overlay into a root, after it was given the helpers of the root's architecture.
  func apply(to root: RootFileSystem, of namespace: String, _ run: ActionRun) throws(Failure) {
    guard let overlay = try overlay(of: namespace, for: root.machine, run) else { return }
    // Its links lead nowhere but into the root: the root may be a stranger's.
    _ = try RootUnpacker().unpack(overlay.tarball, into: root.folder)
    run.log(.debug, "unpacked the overlay into \(root.folder)")
  }

  /// The overlay of a namespace; with the helpers of one architecture, where neither the device nor the job says which
  /// and a program of the board does.
  func overlay(
    of namespace: String,
    for machine: ELFMachine?,
    _ run: ActionRun
  ) throws(Failure) -> OverlayArtefact? {
    guard let overlay = withState(of: namespace, \.overlay) else { return nil }
    guard overlay.request.helpers == .all, let architecture = machine.flatMap(Architecture.init) else { return overlay }
    let fitting = try narrow(overlay, of: namespace, to: architecture)
    run.log(.info, "Helpers for \(architecture.rawValue): the programs of the root file system are for that")
    return fitting
  }

  /// Where a downloaded file of a namespace is.
  func path(of label: String, in namespace: String) -> String? {
    withState(of: namespace) { $0.images.last { $0.label == label }?.path }
  }

  /// A new folder for a root file system: where a server of this host exports it already, else in the job's own.
  fileprivate func makeRootFolder(of namespace: String) throws(Failure) -> String {
    guard let exported = settings.dispatcher.nfsDirectory else {
      let path = "\(settings.workFolder)/\(namespace)/nfsrootfs-root"
      try FileSystem.removeTree(path)
      try FileSystem.makeFolder(path)
      return path
    }
    // Other jobs unpack there too, and may have the same number.
    let name = "\(settings.dispatcher.prefix)\(settings.jobID)-extract-nfsrootfs"
    let path = try FileSystem.makeTemporaryFolder(prefix: name, in: exported)
    removeAtEnd(path)
    // A root is for everybody on the board, unless its archive says otherwise.
    chmod(path, 0o755)
    return path
  }

  /// Lets the board of a namespace mount a folder of this host.
  fileprivate func export(_ folder: String, of namespace: String, _ run: ActionRun) async throws(Failure) {
    let address = if let stated = settings.dispatcher.nfsAddress { stated } else { try dispatcherIP() }
    if settings.dispatcher.nfsDirectory != nil {
      return withState(of: namespace) { $0.bootFiles.nfsRoot = .init(server: address, path: folder) }
    }
    let listening = HostAddresses.listening(for: address)
    let isOwn = listening == address
    let board = device.parameters["interfaces"]?["target"]?["ip"]?.string
    if isOwn, board == nil {
      run.log(
        .warning,
        "Everybody who reaches \(address) may mount the root file system: the device does not say "
          + "'parameters.interfaces.target.ip'"
      )
    }
    let server = try await NFSServer.start(
      GaneshaConfiguration(
        address: listening,
        ports: settings.dispatcher.nfsPorts.map { .init(nfs: $0.nfs, mount: $0.mount) } ?? .free(at: listening),
        clients: isOwn ? board.map { [$0] } ?? [] : ["127.0.0.1"],
        folder: Paths.absolute(folder),
        path: "/\(settings.jobID)/\(namespace)",
        recovery: "\(Paths.absolute(settings.workFolder))/\(namespace)/nfs"
      ),
      folder: "\(Paths.absolute(settings.workFolder))/\(namespace)/nfs",
      log: "\(settings.outputFolder)/\(RunSettings.serverLogName)",
      run
    )
    keep(server)
    server.watch { [self] in
      let failure = Failure(
        .infrastructure,
        "nfs-server-ended",
        "the NFS server that has the board's root file system has ended by itself",
        advice: "What it said is in '\(RunSettings.serverLogName)' of the job's folder; somebody may have killed it."
      )
      await loseRoot(of: namespace, failure)
    }
    run.log(.info, "NFS server at \(listening): \(server.path), for \(board ?? (isOwn ? "everybody" : "127.0.0.1"))")
    withState(of: namespace) { $0.bootFiles.nfsRoot = .init(server: address, path: server.path) }
  }
}

extension Architecture {
  /// By `e_machine` of the ELF specification and the processors' supplements.
  init?(_ elf: ELFMachine) {
    switch (elf.machine, elf.bits) {
    case (62, _): self = .amd64
    case (3, 32): self = .i386
    case (183, 64): self = .arm64
    case (40, 32): self = .armel
    case (243, 64): self = .riscv64
    default: return nil
    }
  }
}
