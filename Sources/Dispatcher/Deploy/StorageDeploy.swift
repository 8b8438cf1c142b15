// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline

/// `to: usb`, `sata`, `sd` — an image that the running board writes to one of its media (spec jobs §5.5).
struct StorageDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? { "'to: \(deploy.target.rawValue)'" }

  var actions: [Action] {
    Action("storage-deploy", summary: "write the image to '\(deploy.medium ?? "")'") {
      if facts.needsOverlay { OverlayActions(context: context, facts: facts) }
      Downloads(context: context, namespace: facts.name, files: deploy.files)
      if facts.needsOverlay {
        Action("apply-overlay-image", summary: "put the overlay into the image", timeoutFailure: .infrastructure)
      }
      Action("dd-image", summary: "let the board fetch and write the image", defaultTimeout: .seconds(600))
      DeviceEnvironment(facts: facts)
    }
  }
}
