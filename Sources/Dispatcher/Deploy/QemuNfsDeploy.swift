// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline

/// `to: nfs` for QEMU — images, one of which is the NFS root (spec jobs §5.4).
struct QemuNfsDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? { "'to: nfs'" }

  var actions: [Action] {
    Action("deploy-qemu-nfs", summary: "bring images and the NFS root to this host") {
      Downloads(context: context, namespace: facts.name, files: deploy.files)
      Action("qemu-nfs-deploy", summary: "unpack the NFS root")
      if facts.needsOverlay {
        OverlayActions(context: context, facts: facts)
        Action("apply-overlay-tftp", summary: "add the overlay", timeoutFailure: .infrastructure)
      }
      DeviceEnvironment(facts: facts)
    }
  }
}
