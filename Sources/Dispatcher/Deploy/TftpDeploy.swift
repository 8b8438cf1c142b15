// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Events
import Files
import JobModel
import Overlay
import Pipeline
import YAMLDocument

/// `to: tftp` — puts kernel, ramdisk and the like where a boot loader fetches them, and the root file system where the
/// kernel mounts it (spec jobs §5.3).
struct TftpDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? { deploy.plannedOnlyFile }

  var actions: [Action] {
    Action("tftp-deploy", summary: "bring the files to the tftp server") {
      if facts.needsOverlay { OverlayActions(context: context, facts: facts) }
      Downloads(context: context, namespace: facts.name, files: deploy.files)
      Action(
        "prepare-tftp-overlay",
        summary: "put the overlay into them",
        timeoutFailure: .infrastructure,
        finish: publish
      ) {
        ExtractRoot(context: context, namespace: facts.name, archive: deploy.file("nfsrootfs"))
        Action("parse-persistent-nfs", summary: "find the NFS root that stays", run: findPersistentRoot)
        Action(
          "extract-overlay-ramdisk",
          summary: "look into the ramdisk",
          timeoutFailure: .infrastructure
        ) { run async throws(Failure) in try ramdisk?.open(run) }
        ModulesAction(context: context, namespace: facts.name, deploy: deploy)
        if facts.needsOverlay {
          Action("apply-overlay-tftp", summary: "add the overlay", timeoutFailure: .infrastructure, run: applyOverlay)
        }
        if deploy.file("kernel")?.kernelType != nil {
          PrepareKernel(context: context, namespace: facts.name, type: deploy.file("kernel")?.kernelType)
        }
        Action(
          "configure-preseed-file",
          summary: "put the preseed file into the ramdisk",
          timeoutFailure: .infrastructure,
          run: addPreseed
        )
        Action(
          "compress-ramdisk",
          summary: "give the ramdisk the boot loader's header",
          timeoutFailure: .infrastructure
        ) { run async throws(Failure) in try ramdisk?.close(run) }
        if context.device.bootMethod("depthcharge") != nil {
          Action("prepare-kernel", summary: "make the kernel fit the boot loader") {
            Action("prepare-fit", summary: "make a flattened image tree")
          }
        }
      }
      DeviceEnvironment(facts: facts)
    }
  }

  private var ramdisk: Ramdisk? {
    deploy.file("ramdisk").map { Ramdisk(context: context, namespace: facts.name, image: $0) }
  }

  private var persistentRoot: PersistentRoot? {
    deploy.persistentNFS.map { PersistentRoot(context: context, namespace: facts.name, root: $0) }
  }

  private func findPersistentRoot(_ run: ActionRun) async throws(Failure) {
    guard let place = try persistentRoot?.place() else { return }
    run.log(.debug, "the root file system is \(place.path) of \(place.server), and stays there")
    context.withState(of: facts.name) { $0.bootFiles.nfsRoot = place }
  }

  /// To the root file system, where there is one, else into the ramdisk.
  private func applyOverlay(_ run: ActionRun) async throws(Failure) {
    if let root = context.withState(of: facts.name, \.root), deploy.file("nfsrootfs")?.takesOverlay == true {
      try context.apply(to: root, of: facts.name, run)
    } else if let persistent = persistentRoot, persistent.root.takesOverlay {
      try await persistent.applyOverlay(run)
    } else if let ramdisk, ramdisk.image.takesOverlay {
      try ramdisk.addOverlay(run)
    } else if !facts.transfersOverlay {
      throw Failure(
        .job,
        "no-place-for-overlay",
        "the overlay has no place: 'to: tftp' has neither a root file system nor a ramdisk that takes it",
        advice: "Add one, or let the booted board fetch the overlay with 'transfer_overlay'.",
        place: deploy.files.first.map { context.job.place(of: $0.node) }
      )
    }
  }

  /// Debian's installer looks for the file at the root of its ramdisk.
  private func addPreseed(_ run: ActionRun) async throws(Failure) {
    guard let path = context.path(of: "preseed", in: facts.name), let ramdisk, ramdisk.isChangeable else { return }
    try ramdisk.add(try FileSystem.read(path), as: Self.preseedName)
    run.log(.debug, "appended \(path) to the ramdisk")
  }

  private static let preseedName = "preseed.cfg"

  /// A root file system and modules have gone to where they are used.
  private func publish(_ run: ActionRun) async throws(Failure) {
    let others: Set = ["nfsrootfs", "modules"]
    try await BootFileFolder(
      context: context,
      namespace: facts.name,
      deploy: deploy,
      name: "tftp-deploy",
      others: others
    ).publish(run)
  }
}
