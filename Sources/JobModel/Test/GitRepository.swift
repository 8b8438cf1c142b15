// SPDX-License-Identifier: Apache-2.0

/// A git repository with a test definition in it, and how it is cloned (spec test-shell §5.1).
package struct GitRepository: Sendable, Hashable {
  /// As the job says it: `$VAR` and `${VAR}` stand for variables of the host.
  package var url: String
  /// What is cloned; the repository's own default branch where nothing is given.
  package var branch: String?
  /// What is checked out after that. Neither this nor a branch begins with '-'.
  package var revision: String?
  /// Whether submodules are cloned too.
  package var isRecursive: Bool
  /// Whether no more than the last commit is fetched: unless a `revision` or `shallow: false` asks for more.
  package var isShallow: Bool
  /// Whether the definition has `.git`: only where the job says `history: true`. LAVA ships it unless the job says
  /// `history: false`; no test that was seen asks for it, and it is half of what goes to the board.
  package var keepsHistory: Bool

  package init(
    url: String,
    branch: String? = nil,
    revision: String? = nil,
    isRecursive: Bool = false,
    isShallow: Bool = true,
    keepsHistory: Bool = false
  ) {
    self.url = url
    self.branch = branch
    self.revision = revision
    self.isRecursive = isRecursive
    self.isShallow = isShallow
    self.keepsHistory = keepsHistory
  }
}
