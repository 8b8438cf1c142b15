// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline

/// `to: nfs` — an NFS root that the board mounts (spec jobs §5.4).
struct NfsDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? { "'to: nfs'" }

  var actions: [Action] {
    Action("nfs-deploy", summary: "make the NFS root") {
      Downloads(context: context, namespace: facts.name, files: deploy.files)
      Action("extract-nfsrootfs", summary: "unpack the NFS root", timeoutFailure: .infrastructure)
      OverlayActions(context: context, facts: facts)
      Action("extract-modules", summary: "add the kernel's modules", timeoutFailure: .infrastructure)
      Action("apply-overlay-tftp", summary: "add the overlay", timeoutFailure: .infrastructure)
      DeviceEnvironment(facts: facts)
    }
  }
}
