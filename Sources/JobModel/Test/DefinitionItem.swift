// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// One entry of a test block's `definitions` (spec jobs §8, test-shell §5.1).
package struct DefinitionItem: Sendable {
  /// Where the definition is. LAVA has the first three; the others it planned (seed 004), and Pumice has them.
  package enum Source: Sendable {
    /// The definition itself, under `repository` of `node`.
    case inline
    case git(GitRepository)
    /// An archive that is downloaded.
    case url(DefinitionArchive)
    /// An archive of this host, or one that is downloaded.
    case tar(DefinitionArchive)
    /// A folder of this host: its path, relative to the job's file, or `file:` with one.
    case file(path: String)
    case bzr(BazaarBranch)

    /// The word of the job: the value of `from`.
    package var kind: String {
      switch self {
      case .inline: "inline"
      case .git: "git"
      case .url: "url"
      case .tar: "tar"
      case .file: "file"
      case .bzr: "bzr"
      }
    }
  }

  /// Names the suite of its results, `<index>_<name>`.
  package var name: String
  /// Of the definition's YAML file within the source.
  package var path: String
  package var source: Source

  /// Whether the job itself holds the definition.
  package var isInline: Bool {
    if case .inline = source { true } else { false }
  }

  package var node: YAMLNode
}
