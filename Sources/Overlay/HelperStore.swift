// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import Files

/// Where the files that go onto a board stand on this host: the helpers' binaries and the shell scripts.
package struct HelperStore: Sendable, Hashable {
  /// Has a folder for each architecture with `lava-helper` in it.
  package var helpers: String
  /// Has `common`, `multinode` and `distro/<distro>`.
  package var scripts: String

  package init(helpers: String, scripts: String) {
    self.helpers = helpers
    self.scripts = scripts
  }

  /// Finds them: in the first of the folders in which what comes with Pumice stands (`ShareFolder`) that has both.
  /// - Parameters:
  ///   - share: `$PUMICE_SHARE`, if it is set; then no other folder counts.
  ///   - program: the program's own file; that of this process where nothing is given.
  package static func find(share: String?, program: String? = nil) throws(Failure) -> HelperStore {
    let folders = try ShareFolder.candidates(named: share, program: program)
    if let store = folders.lazy.map(HelperStore.init).first(where: \.exists) { return store }
    if let share, !share.isEmpty {
      throw Failure(
        .configuration,
        "helpers-missing",
        "the folder '\(share)' of PUMICE_SHARE holds no helpers",
        advice: "Let PUMICE_SHARE name a folder with 'helpers' and 'scripts', or unset it."
      )
    }
    let checkout = folders.first { $0.isCheckout && FileSystem.kind(of: $0.path(of: .scripts)) == .folder }
    let advice =
      if let checkout { "Run Scripts/build-helpers in '\(checkout.path)'." } else {
        "Run Scripts/build-helpers in Pumice's checkout and let PUMICE_SHARE name a folder with its 'helpers' and "
          + "'scripts'."
      }
    throw Failure(.configuration, "helpers-missing", "the helpers for boards are not built", advice: advice)
  }

  private init(_ folder: ShareFolder) {
    self.init(helpers: folder.path(of: .helpers), scripts: folder.path(of: .scripts))
  }

  private var exists: Bool { FileSystem.kind(of: scripts) == .folder && !architectures.isEmpty }

  /// The architectures that there is a binary for.
  package var architectures: [Architecture] {
    Architecture.allCases.filter { FileSystem.kind(of: path(of: $0)) == .file }
  }

  /// The file of an architecture's binary.
  /// - Throws: `helpers-missing` where it is not built.
  func binary(for architecture: Architecture) throws(Failure) -> String {
    let path = path(of: architecture)
    guard FileSystem.kind(of: path) == .file else {
      throw Failure(
        .configuration,
        "helpers-missing",
        "there is no helper for \(architecture.rawValue): '\(path)' is missing",
        advice: "Run Scripts/build-helpers \(architecture.rawValue)."
      )
    }
    return path
  }

  /// The scripts of a board in the order in which a later one replaces an earlier one of the same name.
  func scripts(distro: String?, isMultinode: Bool) throws(Failure) -> [(name: String, path: String)] {
    var folders = ["common"]
    if let distro { folders.append("distro/\(distro)") }
    if isMultinode { folders.append("multinode") }
    var scripts: [(name: String, path: String)] = []
    for folder in folders.map({ Paths.join(self.scripts, $0) }) where FileSystem.kind(of: folder) == .folder {
      for name in try FileSystem.entries(of: folder) where name.hasPrefix("lava-") {
        scripts.append((name, Paths.join(folder, name)))
      }
    }
    return scripts
  }

  private func path(of architecture: Architecture) -> String {
    Paths.join(Paths.join(helpers, architecture.rawValue), "lava-helper")
  }
}
