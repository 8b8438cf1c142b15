// SPDX-License-Identifier: Apache-2.0

/// What is wanted of a git repository (spec test-shell §5.1).
package struct GitRequest: Sendable, Hashable {
  package var address: GitAddress
  /// A branch or a tag; the repository's default branch where nothing is given.
  package var branch: String?
  /// Anything that names a commit; counts before `branch`.
  package var revision: String?
  /// Whether the submodules come with it.
  package var isRecursive = false
  /// Whether `.git` comes with it.
  package var keepsHistory = false
  /// Whether that `.git` has no more than the last commit.
  package var isShallow = true

  package init(_ address: GitAddress) { self.address = address }
}
