// SPDX-License-Identifier: Apache-2.0

import JobModel
import Pipeline

/// `to: downloads` — files for what comes later, in a folder of their own (spec jobs §5.9).
struct DownloadsDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? { deploy.isPostprocessed ? "'postprocess' of 'to: downloads'" : deploy.plannedOnlyFile }

  var actions: [Action] {
    Action("downloads", summary: "fetch files for later") {
      if facts.needsOverlay { OverlayActions(context: context, facts: facts) }
      Downloads(
        context: context,
        namespace: facts.name,
        files: deploy.files,
        folder: context.downloadsFolder(of: facts.name)
      )
      if deploy.isPostprocessed {
        Action("download-postprocess-docker", summary: "work on the files in a container")
      }
    }
  }
}

/// `to: download` — files that are fetched beside a device that is connected and switched off and on (spec jobs §5.9).
struct DownloadDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  /// Without a power switch the board would be brought into fastboot.
  var plannedOnly: String? {
    if context.device.commands.hardReset.isEmpty { return "'to: download' on a device without 'hard_reset'" }
    if let image = deploy.files.first(where: \.appliesOverlay) {
      return "'apply-overlay' of the image '\(image.label)'"
    }
    return deploy.plannedOnlyFile
  }

  var actions: [Action] {
    Action("download-deploy", summary: "fetch files beside the device") {
      ConnectDevice(context: context, namespace: facts.name)
      ResetActions(context: context, namespace: facts.name)
      Downloads(context: context, namespace: facts.name, files: deploy.files)
    }
  }
}
