// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline

/// `to: nfs` for QEMU — images, one of which is the NFS root (spec jobs §5.4).
struct QemuNfsDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? { deploy.plannedOnlyFile }

  var actions: [Action] {
    Action("deploy-qemu-nfs", summary: "bring images and the NFS root to this host") {
      Downloads(context: context, namespace: facts.name, files: deploy.files)
      ExtractRoot(
        context: context,
        namespace: facts.name,
        archive: deploy.file("nfsrootfs"),
        name: "qemu-nfs-deploy",
        timeoutFailure: .job
      )
      if facts.needsOverlay {
        OverlayActions(context: context, facts: facts)
        ApplyOverlayToRoot(context: context, namespace: facts.name, archive: deploy.file("nfsrootfs"))
      }
      DeviceEnvironment(facts: facts)
    }
  }
}
