// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import Glibc

/// A member of an archive that was read.
package struct ArchiveMember: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case directory
    case file
    case hardLink(to: String)
    case symbolicLink(to: String)
    /// A device, a fifo or a socket.
    case special
  }

  /// As the archive has it, without a trailing `/`; repaired where it is no UTF-8.
  package var path: String
  /// Whether `path` is the very name.
  package var isNamedInUTF8: Bool
  package var kind: Kind
  /// The permission bits.
  package var mode: UInt32
  /// In bytes.
  package var size: Int
  package var userID: Int
  package var groupID: Int
  /// Seconds since the epoch.
  package var modificationTime: Int
  package var inode: Int64
  package var linkCount: UInt32
}

/// Reads tar and cpio archives, plain or packed with gzip, bzip2, xz or zstd, by streaming.
package enum ArchiveReader {
  /// What an archive holds, in its order.
  /// - Parameter offset: where in the file it begins.
  package static func members(of path: String, from offset: Int = 0) throws(Failure) -> [ArchiveMember] {
    let file = try HostFile(path, flags: O_RDONLY)
    try file.seek(offset, SEEK_SET)
    let archive = try ReadingArchive()
    try archive.open(file)
    var members: [ArchiveMember] = []
    while let member = try archive.next() { members.append(member) }
    return members
  }

  /// The bytes of one member.
  /// - Parameter limit: how many bytes it may have.
  /// - Throws: also where there is no such member or it is larger than `limit`.
  package static func contents(
    of name: String,
    in path: String,
    from offset: Int = 0,
    limit: Int = 1 << 26
  ) throws(Failure) -> [UInt8] {
    let file = try HostFile(path, flags: O_RDONLY)
    try file.seek(offset, SEEK_SET)
    let archive = try ReadingArchive()
    try archive.open(file)
    while let member = try archive.next() {
      if member.path == name { return try archive.currentContents(of: member, limit: limit) }
    }
    throw Failure(.infrastructure, "archive-no-member", "'\(path)' holds no '\(name)'")
  }
}
