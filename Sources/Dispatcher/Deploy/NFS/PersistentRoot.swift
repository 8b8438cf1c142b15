// SPDX-License-Identifier: Apache-2.0

import Archives
import Consoles
import Diagnostics
import Events
import Files
import Glibc
import JobModel
import Pipeline
import Supervision
import YAMLDocument

/// A root file system that its server keeps (`persistent_nfs`, spec jobs §5.3).
struct PersistentRoot: Sendable {
  let context: JobContext
  let namespace: String
  let root: PersistentNFS

  /// Where it is, with the device's `static_info` filled in.
  func place() throws(Failure) -> BootFiles.NFSRoot {
    let address = context.filled(root.address)
    guard let colon = address.firstIndex(of: ":"), colon != address.startIndex,
      address[colon...].hasPrefix(":/")
    else {
      throw Failure(
        .job,
        "bad-nfs-address",
        "'\(address)' is no address of an NFS root",
        advice: "Write it as SERVER:/PATH.",
        place: context.job.place(of: root.node)
      )
    }
    return BootFiles.NFSRoot(
      server: String(address[..<colon]),
      path: String(address[address.index(after: colon)...])
    )
  }

  /// Puts the overlay into it: a folder of this host where the server is this host, mounted for as long else.
  func applyOverlay(_ run: ActionRun) async throws(Failure) {
    let place = try place()
    if HostAddresses.all().contains(place.server), FileSystem.kind(of: place.path) == .folder {
      return try context.apply(to: RootFileSystem(folder: place.path, machine: nil), of: namespace, run)
    }
    guard geteuid() == 0 else {
      throw Failure(
        .infrastructure,
        "mount-needs-root",
        "putting the overlay into '\(root.address)' needs root: it has to be mounted here",
        advice: "Run Pumice as root; or set 'install_overlay: false' and let the board fetch it by 'transfer_overlay'.",
        place: context.job.place(of: root.node)
      )
    }
    let folder = "\(context.settings.workFolder)/\(namespace)/persistent-nfs"
    try FileSystem.makeFolder(folder)
    let ticket = Supervisor.take(
      .commands(Obligation.Commands("umount", [["umount", "--lazy", Paths.absolute(folder)]]))
    )
    defer { ticket?.release() }
    // A server that does not answer is given up on.
    let options = "rw,nolock,soft,timeo=50,retrans=2"
    try await command(["mount", "-t", "nfs", "-o", options, "\(place.server):\(place.path)", folder])
    let result: Result<Void, Failure>
    do throws(Failure) {
      try context.apply(to: RootFileSystem(folder: folder, machine: nil), of: namespace, run)
      result = .success(())
    } catch {
      result = .failure(error)
    }
    try await command(["umount", folder])
    try result.get()
  }

  private func command(_ words: [String]) async throws(Failure) {
    let output = try await HostCommand.run(words)
    guard output.status.isSuccess else {
      throw Failure(
        .infrastructure,
        "host-command",
        "'\(words.joined(separator: " "))' failed: \(output.status)",
        advice: "Look whether the server exports it to this host; Debian's package nfs-common has the client.",
        place: context.job.place(of: root.node),
        cause: output.text.isEmpty ? nil : output.text
      )
    }
  }
}
