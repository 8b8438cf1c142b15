// SPDX-License-Identifier: Apache-2.0

import JobModel
import Pipeline

/// `to: nbd` — a root file system that the board reads from this host's network block device (spec jobs §5.8).
struct NbdDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? { "'to: nbd'" }

  var actions: [Action] {
    Action("nbd-deploy", summary: "bring the files to this host") {
      Downloads(context: context, namespace: facts.name, files: deploy.files)
      OverlayActions(context: context, facts: facts)
      if deploy.file("kernel")?.kernelType != nil {
        PrepareKernel(context: context, namespace: facts.name, type: deploy.file("kernel")?.kernelType)
      }
      Action("xnbd-server-deploy", summary: "serve the root file system")
    }
  }
}
