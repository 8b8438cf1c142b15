// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Downloads
import Events
import JobModel
import Overlay
import Pipeline
import Repositories
import TestDefinitions
import YAMLDocument

/// The four actions that bring one definition into the overlay.
struct DefinitionActions: ActionTree {
  let context: JobContext
  let namespace: String
  let definition: PlacedDefinition

  var actions: [Action] {
    RepositoryActions(context: context, namespace: namespace, definition: definition)
    Action("test-overlay", summary: "render the definition", run: render)
    Action("test-install-overlay", summary: "render install.sh", run: install)
    Action("test-runscript-overlay", summary: "render run.sh", run: reportRun)
  }

  private var rendered: RenderedDefinition {
    context.withState(of: namespace) { $0.definitions[definition.index] } ?? RenderedDefinition(level: "")
  }

  private func render(_ run: ActionRun) async throws(Failure) {
    var rendered = rendered
    let tree = rendered.contents.first?.tree ?? ArchiveTree()
    let read = try context.job.read(definition.item, in: tree)
    // 'validate' has shown those of an inline one.
    for warning in read.warnings where !definition.item.isInline {
      run.log(.warning, "\(warning.place.map { "\($0): " } ?? "")\(warning.message)")
    }
    var folder = read.folder(
      in: DefinitionContext(
        jobID: context.settings.jobID,
        level: rendered.level,
        index: definition.index,
        stage: definition.stage,
        resultsDirectory: try context.resultsDirectory(of: namespace),
        distro: context.deploymentData(of: namespace)?.distro,
        characterDelay: context.device.characterDelays.test,
        commit: definition.item.source.kind == "git" ? rendered.commit : nil
      )
    )
    try keepOwnRunScript(of: tree, in: &folder, run)
    rendered.definition = read
    rendered.folder = folder
    let result = rendered
    context.withState(of: namespace) { $0.definitions[definition.index] = result }
    run.record("uuid", .string(folder.uuid))
    run.record("name", .string(definition.item.name))
    run.record("path", .string(definition.item.path))
    run.record("from", .string(read.origin.rawValue))
  }

  /// LAVA writes its `run.sh` behind one that the repository has, and replaces its other files (spec test-shell §5.4).
  private func keepOwnRunScript(
    of tree: ArchiveTree,
    in folder: inout DefinitionFolder,
    _ run: ActionRun
  ) throws(Failure) {
    for index in folder.files.indices {
      let path = folder.files[index].path
      guard let own = tree.file(at: path), path != definition.item.path else { continue }
      let isKept = path == "run.sh"
      run.log(
        .warning,
        "the repository has a '\(path)' of its own: "
          + (isKept ? "the definition's steps are run behind it" : "the definition's takes its place")
      )
      guard isKept else { continue }
      var bytes = try own.read(limit: 1 << 20)
      if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
      folder.files[index].bytes = bytes + folder.files[index].bytes
    }
  }

  private func install(_ run: ActionRun) async throws(Failure) {
    let rendered = rendered
    guard let folder = rendered.folder else { return }
    for repository in rendered.definition?.gitRepositories ?? [] { try await clone(repository, beside: rendered, run) }
    let hasInstall = folder.files.contains { $0.path == "install.sh" }
    run.record(hasInstall ? "uuid" : "skipped test-install-overlay", .string(folder.uuid))
  }

  /// Clones a repository of `install.git-repos` into the definition's folder (spec test-shell §5.5).
  private func clone(
    _ repository: ClonedRepository,
    beside rendered: RenderedDefinition,
    _ run: ActionRun
  ) async throws(Failure) {
    guard rendered.contents.first?.tree[repository.destination] == nil else {
      throw Failure(
        .test,
        "git-repos-exists",
        "'\(repository.destination)' of 'git-repos' in '\(definition.item.name)' is there already",
        advice: "Give the repository another 'destination'."
      )
    }
    var request = GitRequest(try address(of: repository.url))
    request.branch = repository.branch
    let contents = try await context.clone(request, run)
    context.warn(of: contents, run)
    let parts = contents.parts.map { part in
      var part = part
      part.path = part.path.isEmpty ? repository.destination : "\(repository.destination)/\(part.path)"
      return part
    }
    context.withState(of: namespace) { $0.definitions[definition.index]?.contents += parts }
  }

  /// The address of a repository that the definition names. One that came from elsewhere may read no folder of this
  /// host, and gets no secret of the job into a URL.
  private func address(of url: String) throws(Failure) -> GitAddress {
    switch definition.item.source {
    case .git(let repository): return try context.address(of: repository.url).neighbour(url)
    case .url(let archive) where !ImageURL(archive.url).isLocal, .tar(let archive) where !ImageURL(archive.url).isLocal:
      let address = try GitAddress(url, from: "/")
      guard !address.isLocal else { throw GitAddress.localRefusal(url, in: MaskedURL.text(archive.url)) }
      return address
    case .inline, .file, .url, .tar, .bzr: return try context.address(of: url)
    }
  }

  private func reportRun(_ run: ActionRun) async throws(Failure) {
    guard let folder = rendered.folder else { return }
    run.record("uuid", .string(folder.uuid))
  }
}
