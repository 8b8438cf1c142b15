// SPDX-License-Identifier: Apache-2.0

internal import Archives
package import Diagnostics
internal import Files
internal import Glibc

extension OverlayTree {
  /// Writes an ext2 image with the content of the overlay's folder at its root, for a drive that the board mounts there
  /// (spec jobs §5.2). Needs e2fsprogs; needs no root privileges: every owner is set to root in the image itself.
  /// - Parameters:
  ///   - path: the image; a file that is there is replaced.
  ///   - size: of the image in bytes; what the overlay leaves of it is the board's room for results.
  ///   - uuid: by which the board finds the file system.
  ///   - label: at most 16 bytes.
  ///   - run: runs a program of the host to its end and throws where it fails.
  package func writeFileSystemImage(
    to path: String,
    size: Int,
    uuid: String,
    label: String = "LAVA",
    run: (_ argv: [String]) async throws(Failure) -> Void
  ) async throws(Failure) {
    let make = try program("mke2fs")
    let edit = try program("debugfs")
    let work = try FileSystem.makeTemporaryFolder()
    do throws(Failure) {
      let staged = Paths.join(work, "root")
      try FileSystem.makeFolder(staged)
      let entries = entries(under: "")
      for entry in entries { try stage(entry, in: staged) }
      // One inode for each 4 KiB is what mke2fs makes of a small file system, and for each 16 KiB of others.
      let standard = size / (size < 512 << 20 ? 4096 : 16384)
      let inodes = entries.count > standard / 2 ? ["-N", "\(standard + entries.count)"] : []
      try await run(
        [
          "/usr/bin/env", Self.clock, make, "-q", "-F", "-t", "ext2", "-m", "0", "-L", label, "-U", uuid, "-E",
          "root_owner=0:0,hash_seed=\(uuid)",
        ] + inodes + ["-d", staged, path, "\(size / 1024)k"]
      )
      let script = Paths.join(work, "owners")
      try FileSystem.write(Array(Self.ownerScript(entries).utf8), to: script)
      try await run(["/usr/bin/env", Self.clock, edit, "-w", "-f", script, path])
    } catch {
      try FileSystem.removeTree(work)
      throw error
    }
    try FileSystem.removeTree(work)
  }

  /// What time e2fsprogs' programs believe it is: always the same, so that images do not differ by it.
  private static let clock = "E2FSPROGS_FAKE_TIME=1"

  /// How large an image has to be to hold the overlay, in bytes: whole blocks of 4 KiB, one more for the names of each
  /// folder and for every 256 blocks, an inode for each entry, and 1 MiB for the file system itself.
  package func leastImageSize() throws(Failure) -> Int {
    let entries = entries(under: "")
    var blocks = 256
    for entry in entries {
      switch entry.content {
      case .file(.hostFile(let path)): blocks += try FileSystem.size(of: path) / 4096 + 1
      case .file(let content): blocks += (content.byteCount ?? 0) / 4096 + 1
      case .directory, .symbolicLink: blocks += 1
      case .hardLink: break
      }
    }
    return (blocks + blocks / 256) * 4096 + entries.count * 256
  }

  /// Commands for debugfs that give every file to root, at the epoch.
  ///
  /// mke2fs numbers inodes from 11 (`lost+found`) on without gaps, one for each entry that is not a hard link.
  private static func ownerScript(_ entries: [ArchiveEntry]) -> String {
    let files = entries.filter { entry in
      if case .hardLink = entry.content { false } else { true }
    }
    let fields = ["uid 0", "gid 0", "atime @1", "ctime @1", "mtime @1", "crtime @1"]
    return (11...11 + files.count).map { inode in
      fields.map { "set_inode_field <\(inode)> \($0)\n" }.joined()
    }.joined()
  }

  /// Puts an entry into a folder of this host.
  func stage(_ entry: ArchiveEntry, in folder: String) throws(Failure) {
    let path = Paths.join(folder, entry.path)
    switch entry.content {
    case .directory: try FileSystem.makeFolder(path)
    case .file(let content): try FileSystem.write(try content.read(), to: path)
    case .hardLink(let target):
      guard Glibc.link(Paths.join(folder, target), path) == 0 else { throw .file("link", path, errno) }
    case .symbolicLink(let target):
      guard symlink(target, path) == 0 else { throw .file("link", path, errno) }
      return
    }
    guard chmod(path, entry.mode) == 0 else { throw .file("set the mode of", path, errno) }
  }

  /// The file of a program of e2fsprogs, which Debian keeps where only root's PATH leads.
  private func program(_ name: String) throws(Failure) -> String {
    for folder in ["/usr/sbin", "/sbin"] {
      if let path = Programs.find("\(folder)/\(name)") { return path }
    }
    return try Programs.require(name, package: "e2fsprogs")
  }
}
