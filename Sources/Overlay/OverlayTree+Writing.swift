// SPDX-License-Identifier: Apache-2.0

package import Archives
package import Diagnostics
internal import Files

extension OverlayTree {
  /// Writes the overlay as a gzip'ed tar that is unpacked at the target's root (spec test-shell §1.3): names without a
  /// leading `/`, the overlay's own folder first. The same tree always gives the same bytes.
  package func writeTarball(to path: String) throws(Failure) {
    let root = String(resultsDirectory.dropFirst())
    let entries = [ArchiveEntry(root, mode: 0o755, .directory)] + entries(under: root)
    // The folders above the board's own files keep their modes: tar makes those that are missing.
    try ArchiveWriter(.tar, compression: .gzip).write(entries + boardEntries.filter(\.isNoDirectory), to: path)
  }

  /// The board's own files, with the folders above them.
  private var boardEntries: [ArchiveEntry] {
    var entries: [ArchiveEntry] = []
    var folders: Set<String> = []
    for file in boardFiles {
      var folder = ""
      for part in file.path.split(separator: "/").dropLast() {
        folder += folder.isEmpty ? part : "/\(part)"
        guard folders.insert(folder).inserted else { continue }
        entries.append(ArchiveEntry(folder, mode: folder == "root" ? 0o700 : 0o755, .directory))
      }
      entries.append(ArchiveEntry(file.path, mode: file.mode, .file(file.content)))
    }
    return entries
  }

  /// Writes the content of the overlay's folder into a new folder of this host, for a container that mounts it there.
  package func writeFolder(to path: String) throws(Failure) {
    try FileSystem.makeFolder(path)
    for entry in entries(under: "") { try stage(entry, in: path) }
  }

  /// Appends the overlay to an initial ramdisk, packed or not, as a cpio archive that the kernel unpacks after what is
  /// there (Documentation/driver-api/early-userspace/buffer-format).
  ///
  /// The folders above the overlay's come with it, for the kernel makes none by itself.
  /// - Returns: where in the file the archive begins.
  @discardableResult
  package func append(toInitrd path: String) throws(Failure) -> Int {
    try ArchiveWriter(.cpioNewc).append(rootEntries, to: path)
  }

  /// Everything that the overlay puts into a root file system, the folders above its own first.
  package var rootEntries: [ArchiveEntry] {
    var entries: [ArchiveEntry] = []
    var folder = ""
    for part in resultsDirectory.dropFirst().split(separator: "/") {
      folder += folder.isEmpty ? part : "/\(part)"
      // The kernel also sets the mode of a folder that exists, and /tmp must stay everybody's.
      entries.append(ArchiveEntry(folder, mode: folder == "tmp" ? 0o1777 : 0o755, .directory))
    }
    return entries + self.entries(under: folder) + boardEntries
  }
}

extension ArchiveEntry {
  fileprivate var isNoDirectory: Bool { if case .directory = content { false } else { true } }
}
