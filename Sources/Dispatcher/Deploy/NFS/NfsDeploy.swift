// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline

/// `to: nfs` — an NFS root that the board mounts (spec jobs §5.4).
struct NfsDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? { deploy.plannedOnlyFile }

  var actions: [Action] {
    Action("nfs-deploy", summary: "make the NFS root") {
      Downloads(context: context, namespace: facts.name, files: deploy.files)
      ExtractRoot(context: context, namespace: facts.name, archive: deploy.file("nfsrootfs"))
      OverlayActions(context: context, facts: facts)
      ModulesAction(context: context, namespace: facts.name, deploy: deploy)
      ApplyOverlayToRoot(context: context, namespace: facts.name, archive: deploy.file("nfsrootfs"))
      DeviceEnvironment(facts: facts)
    }
  }
}

/// `apply-overlay-tftp`, where there is nothing but a root file system.
struct ApplyOverlayToRoot: ActionTree {
  let context: JobContext
  let namespace: String
  let archive: Image?

  var actions: [Action] {
    Action("apply-overlay-tftp", summary: "add the overlay", timeoutFailure: .infrastructure, run: apply)
  }

  private func apply(_ run: ActionRun) async throws(Failure) {
    guard archive?.takesOverlay == true, let root = context.withState(of: namespace, \.root) else { return }
    try context.apply(to: root, of: namespace, run)
  }
}
