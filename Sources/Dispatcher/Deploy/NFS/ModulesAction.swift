// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Events
import JobModel
import Pipeline

/// `extract-modules` — puts the kernel's modules into the root file system, the ramdisk, or both (spec jobs §5.3).
struct ModulesAction: ActionTree {
  let context: JobContext
  let namespace: String
  let deploy: Deploy

  var actions: [Action] {
    Action("extract-modules", summary: "add the kernel's modules", timeoutFailure: .infrastructure, run: add)
  }

  private func add(_ run: ActionRun) async throws(Failure) {
    guard let modules = deploy.file("modules"), let archive = context.path(of: "modules", in: namespace) else { return }
    let root = context.withState(of: namespace, \.root)
    let ramdisk = deploy.file("ramdisk").map { Ramdisk(context: context, namespace: namespace, image: $0) }
    guard root != nil || ramdisk != nil else {
      throw Failure(
        .job,
        "no-place-for-modules",
        "Unable to identify a location for the unpacked modules",
        advice: "Modules go into a ramdisk or an 'nfsrootfs': add one, or leave 'modules' out.",
        place: context.job.place(of: modules.node)
      )
    }
    do throws(Failure) {
      if let root, deploy.file("nfsrootfs")?.takesModules ?? true {
        let outcome = try RootUnpacker().unpack(archive, into: root.folder)
        run.log(.debug, "unpacked \(outcome.entries) entries of modules to \(root.folder)")
      }
      if let ramdisk, ramdisk.image.takesModules { try ramdisk.add(modules: archive, run) }
    } catch {
      var failure = error
      failure.place = failure.place ?? context.job.place(of: modules.node)
      throw failure
    }
  }
}
