// SPDX-License-Identifier: Apache-2.0

internal import Archives
internal import Diagnostics
internal import Files

/// Takes a folder of this host as it is: the files stay where they are, links stay links.
struct FolderReading {
  let rules: UnpackingRules

  func tree(of folder: String) throws(Failure) -> ArchiveTree {
    guard FileSystem.kind(of: folder) == .folder else {
      throw Failure(.job, "missing-folder", "there is no folder '\(folder)'", advice: "Check the path.")
    }
    var tree = ArchiveTree()
    var size = Size()
    try add(folder, at: "", to: &tree, &size)
    return tree
  }

  private struct Size {
    var entries = 0
    var bytes = 0
  }

  private func add(_ folder: String, at path: String, to tree: inout ArchiveTree, _ size: inout Size) throws(Failure) {
    for name in try FileSystem.entries(of: folder) where !rules.omittedNames.contains(name) {
      let place = path.isEmpty ? name : "\(path)/\(name)"
      let file = Paths.join(folder, name)
      guard let information = FileInformation(at: file) else {
        // A name that is no UTF-8 is repaired, and names nothing.
        tree.leaveOut(place)
        continue
      }
      size.entries += 1
      switch information.kind {
      case .folder:
        try tree.add(ArchiveEntry(place, mode: information.mode, .directory))
        try add(file, at: place, to: &tree, &size)
      case .link:
        try tree.add(ArchiveEntry(place, mode: 0o777, .symbolicLink(to: try FileSystem.target(ofLink: file))))
      case .file:
        size.bytes += information.size
        let content = ArchiveEntry.FileContent.slice(of: file, offset: 0, count: information.size)
        try tree.add(ArchiveEntry(place, mode: information.mode, .file(content)))
      case .other:
        throw Failure(
          .job,
          "special-file",
          "'\(file)' is a device, a pipe or a socket, which cannot be taken along",
          advice: "Remove it, or name a folder without it."
        )
      }
      try rules.check(entries: size.entries, bytes: size.bytes)
    }
  }
}
