// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline
import YAMLDocument

/// `to: tmpfs` — brings images to the job's folder for an emulator, and the overlay onto a drive of its own or into an
/// image (spec jobs §5.2).
struct TmpfsDeploy: ActionTree {
  let context: JobContext
  let facts: NamespaceFacts
  let images: [Image]

  var actions: [Action] {
    Action("deployimages", summary: "bring the images to this host") {
      if facts.needsOverlay {
        OverlayActions(context: context, facts: facts)
        Action("deploy-device-env", summary: "prepare the device's environment")
      }
      for image in images {
        Download(context: context, namespace: facts.name, image: image)
      }
      if facts.needsOverlay {
        Action(
          "apply-overlay-guest",
          summary: "put the overlay on a drive of its own",
          timeoutFailure: .infrastructure,
          run: applyOverlay
        )
      }
    }
  }

  private func applyOverlay(_ run: ActionRun) async throws(Failure) {
    guard !facts.transfersOverlay, !images.contains(where: { $0.overlay != nil }) else { return }
    guard let overlay = context.withState(of: facts.name, { $0.overlay }) else { return }
    let drive = try await context.makeDrive(overlay, level: run.level)
    context.withState(of: facts.name) { $0.drive = drive }
    run.record("success", .string(drive.uuid))
  }
}

/// `to: overlay` — only builds the overlay (spec jobs §5.7).
struct OverlayDeploy: ActionTree {
  let context: JobContext
  let facts: NamespaceFacts

  var actions: [Action] {
    OverlayActions(context: context, facts: facts)
  }
}
