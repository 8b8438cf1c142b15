// SPDX-License-Identifier: Apache-2.0

package import Archives

/// What a repository brings into a folder.
package struct RepositoryContents: Sendable {
  /// Files of one origin, and where in the folder they go: the repository itself, a submodule.
  package struct Part: Sendable {
    /// Relative; empty for the folder itself.
    package var path: String
    package var tree: ArchiveTree
    /// Says which files these are: parts of the same origin have the same files.
    package var origin: String
  }

  /// The repository itself first.
  package var parts: [Part]
  /// The commit that was taken, where there is such a thing.
  package var commit: String?

  /// The repository's own files.
  package var tree: ArchiveTree { parts.first?.tree ?? ArchiveTree() }
}
