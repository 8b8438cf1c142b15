// SPDX-License-Identifier: Apache-2.0

internal import Archives
internal import Diagnostics
internal import Files

/// The `.git` folder of a clone whose files are elsewhere, for a test that asks git something. Its HEAD is detached.
struct GitHistory {
  let mirror: GitMirror
  let commit: String
  /// Whether nothing before the commit comes with it, and no tag.
  let isShallow: Bool

  /// - Parameter folder: made anew; stays as long as the tree is used.
  func tree(in folder: String) async throws(Failure) -> ArchiveTree {
    let git = mirror.git
    try FileSystem.makeFolder(folder)
    try await git.require(["init", "--quiet", "--template="], in: folder)
    // By a reference: not every configuration gives away an object by its name.
    let own = "refs/pumice/\(commit)"
    try await git.require(["update-ref", own, commit], in: mirror.path)
    let options =
      ["--quiet", "--no-tags", "--no-write-fetch-head"] + (isShallow ? ["--depth=1"] : ["--update-shallow"])
    let references = isShallow ? [] : ["+refs/remotes/origin/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
    try await git.require(["fetch"] + options + [mirror.path, "+\(own):\(own)"] + references, in: folder)
    try await git.require(["update-ref", "--no-deref", "HEAD", commit], in: folder)
    try await git.require(["update-ref", "-d", own], in: folder)
    try await git.require(["read-tree", "HEAD"], in: folder)
    for (key, value) in [
      ("core.bare", "false"), ("remote.origin.url", mirror.address.shown),
      ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
    ] { try await git.require(["config", key, value], in: folder) }
    return try FolderReading(rules: UnpackingRules()).tree(of: folder)
  }
}
