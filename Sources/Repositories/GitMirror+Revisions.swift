// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

extension GitMirror {
  /// The commit that is wanted, which the mirror has from then on.
  ///
  /// A full object name that the mirror has needs no network. A branch is looked up and fetched where it has moved.
  ///
  /// - Throws: `git-refused`, `git-fetch` where git cannot fetch; `git-revision` for a name that the repository does
  ///   not have.
  func commit(of request: GitRequest) async throws(Failure) -> String {
    try await prepare()
    if request.keepsHistory, !request.isShallow { try await fetchAll() }
    guard let revision = request.revision else {
      let names = request.branch.map { ["refs/heads/\($0)", "refs/tags/\($0)"] } ?? ["HEAD"]
      if let commit = try await tip(of: names) { return commit }
      throw try await missing(request.branch)
    }
    if let commit = try await commit(named: revision) { return commit }
    throw try await missing(revision)
  }

  private func commit(named revision: String) async throws(Failure) -> String? {
    if Self.isObjectName(revision) {
      if let known = try await known(revision) { return known }
      do throws(Failure) {
        return try await fetch(revision, as: revision)
      } catch {
        // A server may give away only what a reference points to.
        guard ["git-refused", "git-fetch"].contains(error.code) else { throw error }
      }
    } else {
      let names = revision == "HEAD" ? ["HEAD"] : ["refs/heads/\(revision)", "refs/tags/\(revision)"]
      if let commit = try await tip(of: names) { return commit }
    }
    // Something that only git can read: `v1.0~3`, the first digits of an object's name, `origin/main`.
    try await fetchAll()
    return try await known(revision)
  }

  /// The commit of the first of these references that the repository has.
  private func tip(of names: [String]) async throws(Failure) -> String? {
    let references = try await remoteReferences(names)
    guard let name = names.first(where: { references[$0] != nil }), let object = references[name] else { return nil }
    if let known = try await known(object) { return known }
    return try await fetch(name, as: object)
  }

  /// - Parameter name: nil for the default branch.
  private func missing(_ name: String?) async throws(Failure) -> Failure {
    guard let name else {
      return Failure(
        .job,
        "git-revision",
        "the git repository '\(address.shown)' has no commit on its default branch",
        advice: "Name a 'branch'."
      )
    }
    let names = try await remoteReferences(["refs/heads/*", "refs/tags/*"]).keys
      .filter { !$0.hasSuffix("^{}") }
      .map { String($0.split(separator: "/", maxSplits: 2)[2]) }
      .sorted()
    let nearest = Suggestion.nearest(to: name, among: names)
    return Failure(
      .job,
      "git-revision",
      "the git repository '\(address.shown)' has no branch, tag or commit '\(name)'",
      advice: nearest.map { "Did you mean '\($0)'?" }
        ?? "It has: \(names.prefix(10).joined(separator: ", "))\(names.count > 10 ? ", …" : "")."
    )
  }
}
