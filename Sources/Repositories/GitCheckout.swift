// SPDX-License-Identifier: Apache-2.0

internal import Archives
internal import Diagnostics
internal import Files

/// Takes the files of a commit out of mirrors, those of its submodules too.
struct GitCheckout {
  /// Where mirrors are.
  let cache: String
  /// Where the files of a commit go; each time something new.
  let newFile: @Sendable (_ name: String) throws(Failure) -> String
  let git: GitProgram

  /// How deep submodules may be in submodules, and how many there may be.
  private static let depthLimit = 8
  private static let countLimit = 200
  /// The most files of a commit.
  private static let entryLimit = 1_000_000

  func contents(of request: GitRequest) async throws(Failure) -> RepositoryContents {
    let mirror = GitMirror(of: request.address, in: cache, git)
    let commit = try await mirror.commit(of: request)
    var contents = RepositoryContents(parts: [], commit: commit)
    try await add(commit, of: mirror, at: "", depth: request.isRecursive ? 0 : nil, to: &contents)
    if request.keepsHistory {
      let tree = try await GitHistory(mirror: mirror, commit: commit, isShallow: request.isShallow)
        .tree(in: try newFile("history"))
      contents.parts.append(.init(path: ".git", tree: tree, origin: "history \(Self.origin(of: mirror, commit))"))
    }
    return contents
  }

  private static func origin(of mirror: GitMirror, _ commit: String) -> String {
    "git \(mirror.address.location) \(commit)"
  }

  /// - Parameter depth: how many repositories this one is in; nil where no submodules are wanted.
  private func add(
    _ commit: String,
    of mirror: GitMirror,
    at path: String,
    depth: Int?,
    to contents: inout RepositoryContents
  ) async throws(Failure) {
    let tree = try await tree(of: commit, in: mirror)
    contents.parts.append(.init(path: path, tree: tree, origin: Self.origin(of: mirror, commit)))
    guard let depth, tree.file(at: ".gitmodules") != nil else { return }
    for module in try await submodules(of: commit, in: mirror) {
      guard depth < Self.depthLimit, contents.parts.count < Self.countLimit else {
        throw Failure(
          .job,
          "git-submodules",
          "the git repository '\(contents.parts[0].origin)' has too many submodules, or submodules of submodules",
          advice: "Leave 'recursive' out."
        )
      }
      let inner = GitMirror(of: try mirror.address.neighbour(module.url), in: cache, git)
      var request = GitRequest(inner.address)
      request.revision = module.commit
      let place = path.isEmpty ? module.path : "\(path)/\(module.path)"
      try await add(try await inner.commit(of: request), of: inner, at: place, depth: depth + 1, to: &contents)
    }
  }

  /// The files of a commit as a clone would have them: with the line ends that the repository asks for.
  private func tree(of commit: String, in mirror: GitMirror) async throws(Failure) -> ArchiveTree {
    let archive = try newFile("tar")
    try await mirror.git.require(["archive", "--format=tar", "--output=\(archive)", commit], in: mirror.path)
    var rules = UnpackingRules()
    rules.allowsOuterLinks = true
    rules.entryLimit = Self.entryLimit
    let tree = try ArchiveTree(unpacking: archive, to: try newFile("data"), rules: rules)
    try FileSystem.removeTree(archive)
    return tree
  }

  private struct Submodule {
    var path = ""
    var url = ""
    var commit = ""
  }

  /// The submodules that `.gitmodules` describes and that the commit has.
  private func submodules(of commit: String, in mirror: GitMirror) async throws(Failure) -> [Submodule] {
    let settings = try await git.run(
      ["config", "--null", "--blob", "\(commit):.gitmodules", "--get-regexp", #"^submodule\..*\.(path|url)$"#],
      in: mirror.path
    )
    // A status of 1 says that there are none.
    guard settings.isSuccess else { return [] }
    var modules: [String: Submodule] = [:]
    for item in settings.text.split(separator: "\0") {
      guard let end = item.firstIndex(of: "\n"), let dot = item[..<end].lastIndex(of: ".") else { continue }
      let value = String(item[item.index(after: end)...])
      let name = String(item[..<dot])
      if item[dot..<end] == ".url" {
        modules[name, default: Submodule()].url = value
      } else {
        modules[name, default: Submodule()].path = value
      }
    }
    var found: [Submodule] = []
    for module in modules.values.sorted(by: { $0.path < $1.path }) where !module.path.isEmpty && !module.url.isEmpty {
      let listing = try await git.require(["ls-tree", "-z", commit, "--", module.path], in: mirror.path)
      // `160000 commit <object>\t<path>`.
      let fields = listing.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\0" })
      guard fields.count >= 4, fields[1] == "commit", GitMirror.isObjectName(String(fields[2])) else { continue }
      var module = module
      module.commit = String(fields[2])
      found.append(module)
    }
    return found
  }
}
