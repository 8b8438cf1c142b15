// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Files
import JobModel
import Overlay
import Pipeline
import TestDefinitions
import YAMLDocument

/// `lava-overlay`: renders the namespace's definitions and packs the overlay.
struct OverlayActions: ActionTree {
  let context: JobContext
  let facts: NamespaceFacts
  var name = "lava-overlay"
  /// Whether the overlay is packed; one that a container mounts is not.
  var isPacked = true

  var actions: [Action] {
    Action(name, summary: "build the overlay that carries helpers and tests") {
      if context.device.deployMethod("ssh") != nil {
        Action("ssh-authorize", summary: "authorize the host's key on the board")
      }
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
    let tree = try OverlayTree(
      try context.overlayRequest(facts, resultsDirectory: resultsDirectory),
      from: try HelperStore.find(share: context.settings.share)
    )
    let path = "\(context.settings.outputFolder)/overlay-\(run.level).tar.gz"
    try tree.writeTarball(to: path)
    run.log(.debug, "overlay: \(path)")
    context.withState(of: facts.name) {
      $0.overlay = OverlayArtefact(tree: tree, resultsDirectory: resultsDirectory, tarball: path)
    }
  }
}

/// The four actions that bring one definition into the overlay.
private struct DefinitionActions: ActionTree {
  let context: JobContext
  let namespace: String
  let definition: PlacedDefinition

  var actions: [Action] {
    let source = definition.item.source
    switch source {
    case .inline: Action("inline-repo-action", summary: "take the definition from the job", run: fetch)
    case .git: Action("git-repo-action", summary: "clone the definition's repository", run: refuse)
    case .url(let archive), .tar(let archive):
      Action("\(source.kind)-repo-action", summary: "download the definition's repository", run: refuse) {
        Action("download-retry", isRetry: true) {
          Action(ImageURL(archive.url).actionName, timeoutFailure: .infrastructure)
        }
      }
    case .file: Action("file-repo-action", summary: "copy the definition's folder", run: refuse)
    case .bzr: Action("bzr-repo-action", summary: "branch the definition's repository", run: refuse)
    }
    Action("test-overlay", summary: "render the definition", run: render)
    Action("test-install-overlay", summary: "render install.sh", run: reportInstall)
    Action("test-runscript-overlay", summary: "render run.sh", run: reportRun)
  }

  /// The definition's uuid holds the level of the action that fetched it (spec test-shell §1.2).
  private func fetch(_ run: ActionRun) async throws(Failure) {
    let rendered = RenderedDefinition(level: run.level)
    context.withState(of: namespace) { $0.definitions[definition.index] = rendered }
  }

  private func refuse(_ run: ActionRun) async throws(Failure) {
    throw Failure(
      .job,
      "not-supported",
      "definitions from '\(definition.item.source.kind)' are not supported yet, as '\(definition.item.name)' is",
      advice: "Put the definition into the job with 'from: inline'.",
      place: context.job.place(of: definition.item.node)
    )
  }

  private func render(_ run: ActionRun) async throws(Failure) {
    let level = context.withState(of: namespace) { $0.definitions[definition.index]?.level ?? "" }
    let read = try context.job.read(definition.item)
    let folder = read.folder(
      in: DefinitionContext(
        jobID: context.settings.jobID,
        level: level,
        index: definition.index,
        stage: definition.stage,
        resultsDirectory: try context.resultsDirectory(of: namespace),
        distro: context.deploymentData(of: namespace)?.distro,
        characterDelay: context.device.characterDelays.test
      )
    )
    let rendered = RenderedDefinition(level: level, definition: read, folder: folder)
    context.withState(of: namespace) { $0.definitions[definition.index] = rendered }
    run.record("uuid", .string(folder.uuid))
    run.record("name", .string(definition.item.name))
    run.record("path", .string(definition.item.path))
    run.record("from", .string(read.origin.rawValue))
  }

  private var folder: DefinitionFolder? {
    context.withState(of: namespace) { $0.definitions[definition.index]?.folder }
  }

  private func reportInstall(_ run: ActionRun) async throws(Failure) {
    guard let folder else { return }
    let hasInstall = folder.files.contains { $0.path == "install.sh" }
    run.record(hasInstall ? "uuid" : "skipped test-install-overlay", .string(folder.uuid))
  }

  private func reportRun(_ run: ActionRun) async throws(Failure) {
    guard let folder else { return }
    run.record("uuid", .string(folder.uuid))
  }
}

/// `deploy-device-env`, where a test runs in the device's own shell.
struct DeviceEnvironment: ActionTree {
  let facts: NamespaceFacts

  var actions: [Action] {
    if facts.hasShell { Action("deploy-device-env", summary: "prepare the device's environment") }
  }
}
