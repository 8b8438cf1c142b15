// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Files
import JobModel
import Pipeline

/// `to: nbd` — a root file system that the board has as a network block device of this host, and beside it what a boot
/// loader fetches (spec jobs §5.8).
struct NbdDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? { deploy.plannedOnlyFile }

  var shortcoming: Failure? {
    if deploy.file(Self.root) == nil {
      return Failure(
        .job,
        "no-nbdroot",
        "'to: nbd' has no image to offer as a block device",
        advice: "Add 'nbdroot: {url: …}', the image of a file system or of a disk."
      )
    }
    guard facts.hasShell, !facts.transfersOverlay else { return nil }
    return Failure(
      .job,
      "no-place-for-overlay",
      "the overlay has no place: it is not put into an 'nbdroot'",
      advice: "Let the booted board fetch it: 'transfer_overlay' of the boot."
    )
  }

  private static let root = "nbdroot"

  var actions: [Action] {
    Action("nbd-deploy", summary: "bring the files to this host") {
      Downloads(context: context, namespace: facts.name, files: deploy.files)
      OverlayActions(context: context, facts: facts)
      if deploy.file("kernel")?.kernelType != nil {
        PrepareKernel(context: context, namespace: facts.name, type: deploy.file("kernel")?.kernelType)
      }
      Action("xnbd-server-deploy", summary: "serve the root file system", run: serve)
    }
  }

  private func serve(_ run: ActionRun) async throws(Failure) {
    let files = BootFileFolder(
      context: context,
      namespace: facts.name,
      deploy: deploy,
      name: "nbd-deploy",
      others: [Self.root]
    )
    if deploy.files.contains(where: { $0.label != Self.root }) { try await files.publish(run) }
    guard let path = context.path(of: Self.root, in: facts.name) else { return }
    try await context.offer(path, of: facts.name, run)
  }
}

extension JobContext {
  /// Lets the board of a namespace have a file of this host as a block device.
  fileprivate func offer(_ file: String, of namespace: String, _ run: ActionRun) async throws(Failure) {
    let address = try dispatcherIP()
    let listening = HostAddresses.listening(for: address)
    // That of an earlier try, or of a block that is repeated.
    await withState(of: namespace, \.blockServer)?.stop()
    let server = try await NBDServer.start(
      Paths.absolute(file),
      address: listening,
      port: job.blockDevicePort ?? settings.dispatcher.nbdPort,
      folder: "\(Paths.absolute(settings.workFolder))/\(namespace)/nbd",
      log: "\(settings.outputFolder)/\(RunSettings.blockServerLogName)",
      run
    )
    keep(server)
    server.watch { [self] in
      let failure = Failure(
        .infrastructure,
        "nbd-server-ended",
        "the NBD server that has the board's root file system has ended by itself",
        advice:
          "What it said is in '\(RunSettings.blockServerLogName)' of the job's folder; somebody may have killed it."
      )
      await loseRoot(of: namespace, failure)
    }
    run.log(.info, "NBD server at \(listening), port \(server.port)")
    if listening == address {
      run.log(
        .warning,
        "Everybody who reaches \(address) may read and write the root file system: NBD knows no clients"
      )
    }
    withState(of: namespace) { state in
      state.blockServer = server
      state.bootFiles.nbdRoot = .init(server: address, port: server.port)
    }
  }
}
