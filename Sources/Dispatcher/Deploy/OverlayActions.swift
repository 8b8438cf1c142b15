// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Files
import JobModel
import Overlay
import Pipeline

/// `lava-overlay`: renders the namespace's definitions and packs the overlay.
struct OverlayActions: ActionTree {
  let context: JobContext
  let facts: NamespaceFacts
  var name = "lava-overlay"
  /// Whether the overlay is packed; one that a container mounts is not.
  var isPacked = true

  var actions: [Action] {
    Action(name, summary: "build the overlay that carries helpers and tests") {
      if context.device.deployMethod("ssh") != nil { SSHAuthorize(context: context, facts: facts) }
      Action("lava-multinode-overlay", summary: "add the helpers of a multinode job")
      Action("test-definition", summary: "fetch and render the test definitions") {
        for definition in facts.stages.joined() {
          DefinitionActions(context: context, namespace: facts.name, definition: definition)
        }
      }
      if isPacked { Action("compress-overlay", summary: "pack the overlay", run: compress) }
    }
  }

  private func compress(_ run: ActionRun) async throws(Failure) {
    let resultsDirectory = try context.resultsDirectory(of: facts.name)
    let request = try context.overlayRequest(facts, resultsDirectory: resultsDirectory)
    let tree = try OverlayTree(request, from: try HelperStore.find(share: context.settings.share))
    let path = "\(context.settings.outputFolder)/overlay-\(run.level).tar.gz"
    try tree.writeTarball(to: path)
    run.log(.debug, "overlay: \(path)")
    context.withState(of: facts.name) {
      $0.overlay = OverlayArtefact(tree: tree, resultsDirectory: resultsDirectory, tarball: path, request: request)
    }
  }
}

/// `deploy-device-env`, where a test runs in the device's own shell.
struct DeviceEnvironment: ActionTree {
  let facts: NamespaceFacts

  var actions: [Action] {
    if facts.hasShell { Action("deploy-device-env", summary: "prepare the device's environment") }
  }
}
