// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Downloads
import Events
import Files
import JobModel
import Pipeline
import Repositories
import Signals
import TestDefinitions
import YAMLDocument

/// `<kind>-repo-action` — brings the repository that one definition is in (spec test-shell §5.1).
struct RepositoryActions: ActionTree {
  let context: JobContext
  let namespace: String
  let definition: PlacedDefinition

  var actions: [Action] {
    let source = definition.item.source
    let name = "\(source.kind)-repo-action"
    switch source {
    case .inline: Action(name, summary: "take the definition from the job", run: begin)
    case .git(let repository):
      Action(name, summary: "clone the definition's repository") { run async throws(Failure) in
        try await clone(repository, run)
      }
    case .url(let archive), .tar(let archive):
      Action(
        name,
        summary: "unpack the definition's repository",
        finish: { run async throws(Failure) in try unpack(archive, run) }
      ) {
        Action("download-retry", summary: "fetch the definition's repository", isRetry: true) {
          Action(
            ImageURL(archive.url).actionName,
            summary: "fetch \(MaskedURL.text(archive.url))",
            timeoutFailure: .infrastructure
          ) { run async throws(Failure) in try await download(archive, run) }
        }
      }
    case .file(let path):
      Action(name, summary: "take the definition's folder") { run async throws(Failure) in try take(path, run) }
    case .bzr(let branch):
      Action(name, summary: "export the definition's branch") { run async throws(Failure) in
        try await export(branch, run)
      }
    }
  }

  private func change(_ body: @Sendable (inout RenderedDefinition) -> Void) {
    context.withState(of: namespace) { body(&$0.definitions[definition.index, default: RenderedDefinition(level: "")]) }
  }

  /// The definition's uuid holds the level of the action that fetched it (spec test-shell §1.2).
  private func begin(_ run: ActionRun) async throws(Failure) {
    change { $0 = RenderedDefinition(level: run.level) }
  }

  /// Keeps what was fetched, and says so.
  private func keep(_ contents: RepositoryContents, _ run: ActionRun) {
    context.warn(of: contents, run)
    change {
      $0.level = run.level
      $0.contents = contents.parts
      $0.commit = contents.commit
    }
    if let commit = contents.commit { run.record("commit", .string(commit)) }
    run.record("repository", .string(definition.item.source.shownURL ?? ""))
    run.record("path", .string(definition.item.path))
  }

  private func clone(_ repository: GitRepository, _ run: ActionRun) async throws(Failure) {
    var request = GitRequest(try context.address(of: repository.url))
    request.branch = repository.branch
    request.revision = repository.revision
    request.isRecursive = repository.isRecursive
    request.isShallow = repository.isShallow
    request.keepsHistory = repository.keepsHistory
    keep(try await context.clone(request, run), run)
  }

  /// The largest archive that is downloaded, in bytes.
  private static let archiveLimit = 4 << 30

  private func download(_ archive: DefinitionArchive, _ run: ActionRun) async throws(Failure) {
    let file = try context.repositories.newFile("archive")
    let url = ImageURL(archive.url)
    var request = DownloadRequest(url.isLocal ? context.hostPath(url.path) : archive.url)
    request.headers = archive.headers
    request.sizeLimit = Self.archiveLimit
    let downloaded = try await Downloader(cache: .ofUser()).fetch(request, to: file)
    run.record("size", .int(downloaded.size))
    run.record("sha256sum", .string(downloaded.sha256))
    change { $0.archive = FetchedArchive(path: file, sha256: downloaded.sha256) }
  }

  private func unpack(_ archive: DefinitionArchive, _ run: ActionRun) throws(Failure) {
    guard let fetched = context.withState(of: namespace, { $0.definitions[definition.index]?.archive }) else { return }
    keep(
      try context.repositories.unpack(
        fetched.path,
        origin: fetched.sha256,
        strippedComponents: archive.strippedComponents
      ),
      run
    )
    try FileSystem.removeTree(fetched.path)
  }

  private func take(_ path: String, _ run: ActionRun) throws(Failure) {
    let place = context.hostPath(ImageURL(path).path)
    let contents =
      FileSystem.kind(of: place) == .file
      ? try context.repositories.unpack(place, origin: "\(run.level) \(place)") : try context.repositories.folder(place)
    keep(contents, run)
  }

  private func export(_ branch: BazaarBranch, _ run: ActionRun) async throws(Failure) {
    let request = try BazaarRequest(branch.url, revision: branch.revision, from: context.jobFolder)
    let contents = try await context.repositories.branch(request) {
      run.log(.debug, "Calling: \(PythonText.quoted($0))")
    }
    keep(contents, run)
  }
}

/// An archive of a definition that is on this host.
struct FetchedArchive: Sendable {
  let path: String
  let sha256: String
}

extension JobContext {
  /// Where relative paths of the job start.
  var jobFolder: String { Paths.folder(of: Paths.absolute(job.file)) }

  /// The path of a file of this host that the job names.
  func hostPath(_ path: String) -> String { Paths.absolute(path, from: jobFolder) }

  /// The address of a git repository that the job or one of its definitions names.
  func address(of url: String) throws(Failure) -> GitAddress {
    let address = try GitAddress(url, from: jobFolder) { name in
      job.secrets.last { $0.key == name }?.value ?? settings.urlVariables[name]
    }
    events.hide(address.secrets)
    return address
  }

  /// LAVA's tries and the pause between them (spec test-shell §5.1).
  private static let cloneAttempts = 6
  private static let clonePause = Duration.seconds(5)

  /// Clones a repository; tries again where that may help.
  func clone(_ request: GitRequest, _ run: ActionRun) async throws(Failure) -> RepositoryContents {
    var attempt = 1
    while true {
      do throws(Failure) {
        return try await repositories.clone(request) { run.log(.debug, "Calling: \(PythonText.quoted($0))") }
      } catch {
        guard error.code == "git-fetch", attempt < Self.cloneAttempts else { throw error }
        run.log(.warning, "\(error.message), attempt \(attempt) of \(Self.cloneAttempts): \(error.cause ?? "")")
      }
      attempt += 1
      do throws(CancellationError) {
        try await run.clock.sleep(for: Self.clonePause)
      } catch {
        throw Failure(.canceled, "canceled", "The job was canceled")
      }
    }
  }

  /// Says what of a repository cannot be shipped.
  func warn(of contents: RepositoryContents, _ run: ActionRun) {
    for name in contents.parts.flatMap(\.tree.unnamable) {
      run.log(.warning, "'\(name)' is left out: its name is not UTF-8")
    }
  }

  /// Looks whether what the job's definitions need of this host is there, before anything is started.
  func checkRepositories() throws(Failure) {
    for action in job.actions {
      guard case .test(let block) = action.body else { continue }
      for item in block.definitions {
        switch item.source {
        case .git:
          _ = try Programs.require("git", package: "git")
        case .tar(let archive) where ImageURL(archive.url).isLocal: try check(ImageURL(archive.url).path, of: item)
        case .file(let path): try check(ImageURL(path).path, of: item)
        case .inline, .url, .tar, .bzr: break
        }
      }
    }
  }

  private func check(_ path: String, of item: DefinitionItem) throws(Failure) {
    let place = hostPath(path)
    guard !FileSystem.exists(place) else { return }
    throw Failure(
      .job,
      "missing-repository",
      "there is no '\(place)', where the definition '\(item.name)' should be",
      advice: "Check 'repository'; a relative path starts at the job's folder.",
      place: job.place(of: item.node["repository"] ?? item.node)
    )
  }
}
