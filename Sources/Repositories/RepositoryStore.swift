// SPDX-License-Identifier: Apache-2.0

// Repositories: the files that test definitions come with, from git, from an archive, from a folder or from Bazaar.
// Nothing is unpacked or checked out: what comes of a repository is a tree of names and of slices of one file.

internal import Archives
package import Diagnostics
internal import Files
internal import Synchronization

/// The repositories of one job. Each is fetched once, however many definitions it has; mirrors of git repositories stay in
/// a cache for later jobs.
package final class RepositoryStore: Sendable {
  private struct State {
    var clones: [GitRequest: RepositoryContents] = [:]
    var count = 0
  }

  private let cache: String
  private let work: String
  private let state = Mutex(State())

  /// What is left out of every archive and every folder.
  private static let omittedNames: Set<String> = [".git", ".bzr"]

  /// - Parameters:
  ///   - cache: the folder for mirrors of git repositories.
  ///   - work: a folder for what is needed as long as the contents are; the caller removes it.
  package init(cache: String, work: String) {
    self.cache = cache
    self.work = work
  }

  /// The user's cache: `pumice/git` in `$XDG_CACHE_HOME`, or in `~/.cache` (XDG Base Directory Specification). Nil for a
  /// user without a home.
  package static func userCache(_ environment: (String) -> String?) -> String? {
    for (variable, folder) in [("XDG_CACHE_HOME", "pumice/git"), ("HOME", ".cache/pumice/git")] {
      // The specification has relative paths ignored.
      if let base = environment(variable), base.hasPrefix("/") { return Paths.join(base, folder) }
    }
    return nil
  }

  /// Brings the files of a git repository.
  ///
  /// - Parameter log: told of each command of git.
  /// - Throws: `git-fetch` where another try may help, `git-refused` where it cannot, `git-revision` for a branch or
  ///   revision that is not there.
  package func clone(
    _ request: GitRequest,
    log: @escaping @Sendable (String) -> Void
  ) async throws(Failure) -> RepositoryContents {
    if let known = state.withLock({ $0.clones[request] }) { return known }
    let checkout = GitCheckout(
      cache: cache,
      newFile: { [self] name throws(Failure) in try newFile(name) },
      git: GitProgram(log: log)
    )
    let contents = try await checkout.contents(of: request)
    state.withLock { $0.clones[request] = contents }
    return contents
  }

  /// Reads a tar archive, packed or not.
  ///
  /// - Parameters:
  ///   - origin: the same for the same bytes only.
  ///   - strippedComponents: how many leading parts the names in it lose.
  package func unpack(
    _ archive: String,
    origin: String,
    strippedComponents: Int = 0
  ) throws(Failure) -> RepositoryContents {
    var rules = UnpackingRules()
    rules.strippedComponents = strippedComponents
    rules.omittedNames = Self.omittedNames
    let tree = try ArchiveTree(unpacking: archive, to: try newFile("data"), rules: rules)
    return RepositoryContents(parts: [.init(path: "", tree: tree, origin: "tar \(strippedComponents) \(origin)")])
  }

  /// Takes a folder of this host as it is.
  package func folder(_ path: String) throws(Failure) -> RepositoryContents {
    var rules = UnpackingRules()
    rules.omittedNames = Self.omittedNames
    let tree = try FolderReading(rules: rules).tree(of: path)
    return RepositoryContents(parts: [.init(path: "", tree: tree, origin: "file \(path)")])
  }

  /// Brings the files of a branch of Bazaar, by Breezy or Bazaar.
  ///
  /// - Throws: `program-missing` where neither is installed.
  package func branch(
    _ request: BazaarRequest,
    log: @escaping @Sendable (String) -> Void
  ) async throws(Failure) -> RepositoryContents {
    let archive = try newFile("tar")
    let revision = try await BazaarProgram(log: log).export(request, to: archive)
    var rules = UnpackingRules()
    rules.allowsOuterLinks = true
    let tree = try ArchiveTree(unpacking: archive, to: try newFile("data"), rules: rules)
    let origin = "bzr \(request.location) \(revision ?? archive)"
    return RepositoryContents(parts: [.init(path: "", tree: tree, origin: origin)], commit: revision)
  }

  /// The path of a file that nobody else gets.
  package func newFile(_ name: String) throws(Failure) -> String {
    try FileSystem.makeFolder(work)
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    return Paths.join(work, "\(number).\(name)")
  }
}
