// SPDX-License-Identifier: Apache-2.0

package import Archives

/// A file that the overlay carries.
package struct OverlayFile: Sendable, Hashable {
  /// Relative to the folder that it is put into.
  package var path: String
  package var content: ArchiveEntry.FileContent
  /// The permission bits.
  package var mode: UInt32

  package init(_ path: String, _ content: ArchiveEntry.FileContent, mode: UInt32 = 0o644) {
    self.path = path
    self.content = content
    self.mode = mode
  }
}

/// A definition's folder in the overlay: `<stage>/tests/<name>`.
package struct OverlayDefinition: Sendable {
  /// `<index>_<name>`.
  package var name: String
  /// Replace what `contents` has under the same names.
  package var files: [OverlayFile]
  /// What it has of repositories.
  package var contents: [OverlayContent] = []
  /// The folder, relative to the definition's, in which the test is expected to write: what is in there is the
  /// definition's own as far as it is small (`OverlayTree.ownByteLimit`); empty for the definition's folder itself
  /// without those in it.
  package var ownFolder = ""

  package init(name: String, files: [OverlayFile], contents: [OverlayContent] = [], ownFolder: String = "") {
    self.name = name
    self.files = files
    self.contents = contents
    self.ownFolder = ownFolder
  }
}

/// A repository's files in a definition's folder.
package struct OverlayContent: Sendable {
  /// Where in the folder, relative; empty for the folder itself.
  package var path: String
  package var tree: ArchiveTree
  /// What the files are: where two definitions have the same, the overlay holds each file once, under two names. Nothing
  /// else may have the same name.
  package var origin: String

  package init(_ tree: ArchiveTree, at path: String = "", origin: String) {
    self.path = path
    self.tree = tree
    self.origin = origin
  }
}

/// Which architectures' helpers an overlay carries.
package enum HelperChoice: Sendable, Hashable {
  case one(Architecture)
  /// Every one that is built; the board chooses.
  case all
}

/// All that decides what an overlay holds (spec test-shell §1.2).
package struct OverlayRequest: Sendable {
  /// The overlay's folder on the target, absolute: `/lava-4242`.
  package var resultsDirectory: String
  /// The shell of the scripts in `bin`: `/bin/sh`.
  package var shell: String
  package var environment: OverlayEnvironment
  /// The job's `secrets`, then what an env-dut brings: each a line `NAME=VALUE`, in LAVA's way without any quotes.
  package var secrets: [(name: String, value: String)] = []
  /// The definitions of each test action.
  package var stages: [[OverlayDefinition]] = []
  package var helpers: HelperChoice
  package var configuration: HelperConfiguration
  /// Whose scripts are used beside the common ones; nothing without an `os`.
  package var distro: String?
  package var isMultinode = false
  /// More files of the overlay's folder.
  package var files: [OverlayFile] = []
  /// Files of the board's own folders, relative to its root: `root/.ssh/authorized_keys`. What is there is replaced.
  package var boardFiles: [OverlayFile] = []
  /// Whether helpers are hard links of one file, and the files that definitions of one repository have in common; each is
  /// a copy else.
  package var usesHardLinks = true

  package init(
    resultsDirectory: String,
    shell: String,
    environment: OverlayEnvironment,
    helpers: HelperChoice,
    configuration: HelperConfiguration
  ) {
    self.resultsDirectory = resultsDirectory
    self.shell = shell
    self.environment = environment
    self.helpers = helpers
    self.configuration = configuration
  }
}
