// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import Glibc

/// Writes archives that depend on nothing but their entries: owner root, time 0, the order that was given, and no time
/// or name in the gzip header.
package struct ArchiveWriter: Sendable {
  package enum Format: Sendable, Hashable {
    /// GNU tar: as ustar for every name of at most 100 bytes, and the one way to write longer ones that BusyBox's tar
    /// reads too. Names are bytes; the host's locale does not matter.
    case tar
    /// What the Linux kernel unpacks as an initial ramdisk (Documentation/driver-api/early-userspace/buffer-format).
    case cpioNewc
  }

  package enum Compression: Sendable, Hashable {
    case none
    case gzip
  }

  package var format: Format
  package var compression: Compression

  package init(_ format: Format, compression: Compression = .none) {
    self.format = format
    self.compression = compression
  }

  /// Writes a new archive to `path` on this host; a file that is there is replaced.
  /// - Throws: what the system or libarchive said; a half-written file is removed.
  package func write(_ entries: [ArchiveEntry], to path: String) throws(Failure) {
    let file = try HostFile(path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    do throws(Failure) {
      try write(entries, to: file)
    } catch {
      unlink(path)
      throw error
    }
  }

  /// Appends an archive to a file that exists, at the next multiple of 4 bytes as the kernel wants it of an
  /// uncompressed cpio archive behind another one.
  /// - Returns: the offset at which the appended archive begins.
  /// - Throws: what the system or libarchive said; the file then has its old length again.
  @discardableResult
  package func append(_ entries: [ArchiveEntry], to path: String) throws(Failure) -> Int {
    let file = try HostFile(path, flags: O_RDWR)
    let oldEnd = try file.seekToEnd()
    do throws(Failure) {
      let start = (oldEnd + 3) & ~3
      try file.write([UInt8](repeating: 0, count: start - oldEnd))
      try write(entries, to: file)
      return start
    } catch {
      ftruncate(file.descriptor, off_t(oldEnd))
      throw error
    }
  }

  private func write(_ entries: [ArchiveEntry], to file: borrowing HostFile) throws(Failure) {
    let archive = try WritingArchive()
    try archive.open(format, compression, on: file.descriptor)
    var links = HardLinks(entries)
    for entry in entries {
      let header = EntryHeader()
      header.set(path: entry.path, mode: entry.mode)
      switch entry.content {
      case .directory:
        header.set(type: S_IFDIR, links: 2)
        header.set(inode: links.nextInode())
        try archive.add(header, of: entry)
      case .symbolicLink(let target):
        header.set(symbolicLink: target)
        header.set(inode: links.nextInode())
        try archive.add(header, of: entry)
      case .hardLink(let target):
        guard let group = links.group(of: target) else {
          throw Failure(
            .bug,
            "archive-dangling-link",
            "'\(entry.path)' links to '\(target)', which is not before it in the archive"
          )
        }
        header.set(type: S_IFREG, links: group.count)
        header.set(inode: group.inode)
        if format == .tar { header.set(hardLink: target) }
        try archive.add(header, of: entry)
      case .file(let content):
        let group = links.begin(entry.path)
        header.set(type: S_IFREG, links: group.count)
        header.set(inode: group.inode)
        try add(content, header, of: entry, to: archive)
      }
    }
    try archive.close()
  }

  private func add(
    _ content: ArchiveEntry.FileContent,
    _ header: borrowing EntryHeader,
    of entry: ArchiveEntry,
    to archive: borrowing WritingArchive
  ) throws(Failure) {
    switch content {
    case .bytes(let bytes):
      header.set(size: bytes.count)
      try archive.add(header, of: entry)
      try archive.write(bytes[...], of: entry)
    case .hostFile(let path):
      let source = try HostFile(path, flags: O_RDONLY)
      try copy(try source.regularSize(), from: source, header, of: entry, to: archive)
    case .slice(let path, let offset, let count):
      let source = try HostFile(path, flags: O_RDONLY)
      try source.seek(offset, SEEK_SET)
      try copy(count, from: source, header, of: entry, to: archive)
    }
  }

  /// Writes the next `count` bytes of a file as an entry.
  private func copy(
    _ count: Int,
    from source: borrowing HostFile,
    _ header: borrowing EntryHeader,
    of entry: ArchiveEntry,
    to archive: borrowing WritingArchive
  ) throws(Failure) {
    header.set(size: count)
    try archive.add(header, of: entry)
    var remaining = count
    while remaining > 0 {
      let piece = try source.readSome(of: remaining)
      try archive.write(piece[...], of: entry)
      remaining -= piece.count
    }
  }
}

/// Which entries are names of one file: cpio has no link record, it repeats the inode and the number of its names.
private struct HardLinks {
  struct Group {
    var inode: Int64
    var count: UInt32
  }

  private var counts: [String: UInt32] = [:]
  private var groups: [String: Group] = [:]
  private var lastInode: Int64 = 0

  init(_ entries: [ArchiveEntry]) {
    for case .hardLink(let target) in entries.lazy.map(\.content) { counts[target, default: 1] += 1 }
  }

  mutating func nextInode() -> Int64 {
    lastInode += 1
    return lastInode
  }

  /// A file whose content is in the archive.
  mutating func begin(_ path: String) -> Group {
    let group = Group(inode: nextInode(), count: counts[path] ?? 1)
    groups[path] = group
    return group
  }

  /// The file that a hard link names, if it has been written already.
  func group(of path: String) -> Group? { groups[path] }
}
