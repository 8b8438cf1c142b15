// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline
import YAMLDocument

/// `to: tmpfs` — brings images to the job's folder for an emulator, and the overlay onto a drive of its own or into an
/// image (spec jobs §5.2).
struct TmpfsDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? {
    deploy.uefi != nil ? "'uefi'" : deploy.plannedOnlyFile
  }

  var actions: [Action] {
    Action("deployimages", summary: "bring the images to this host") {
      if facts.needsOverlay {
        OverlayActions(context: context, facts: facts)
      }
      DeviceEnvironment(facts: facts)
      if let firmware = deploy.uefi { Download(context: context, namespace: facts.name, image: firmware) }
      Downloads(context: context, namespace: facts.name, files: deploy.files)
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
    guard !facts.transfersOverlay, !deploy.files.contains(where: { $0.overlay != nil }) else { return }
    guard let overlay = context.withState(of: facts.name, { $0.overlay }) else { return }
    let drive = try await context.makeDrive(overlay, level: run.level)
    context.withState(of: facts.name) { $0.drive = drive }
    run.record("success", .string(drive.uuid))
  }
}

extension Deploy {
  /// What of its files is planned but cannot be made by this version.
  var plannedOnlyFile: String? {
    for image in files {
      if image.isArchive { return "'archive' of the image '\(image.label)'" }
      if !image.overlays.isEmpty || (image.overlay ?? .cpioNewc) != .cpioNewc {
        return "'overlays' of the image '\(image.label)'"
      }
    }
    return nil
  }
}

/// `to: overlay` — only builds the overlay (spec jobs §5.7).
struct OverlayDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts

  var actions: [Action] {
    OverlayActions(context: context, facts: facts)
  }
}
