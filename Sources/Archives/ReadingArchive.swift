// SPDX-License-Identifier: Apache-2.0

internal import CArchive
internal import Diagnostics
internal import Glibc

/// A libarchive reader that frees itself.
struct ReadingArchive: ~Copyable {
  private let handle: OpaquePointer

  init() throws(Failure) {
    guard let handle = archive_read_new() else { throw libarchiveOutOfMemory }
    self.handle = handle
  }

  deinit { archive_read_free(handle) }

  /// Begins to read at the place where `file` stands; it has to stay open until the last call.
  ///
  /// Only formats and filters that libarchive reads by itself: some of its others start a program of the host.
  func open(_ file: borrowing HostFile) throws(Failure) {
    try check(archive_read_support_format_tar(handle))
    try check(archive_read_support_format_cpio(handle))
    try check(archive_read_support_filter_gzip(handle))
    try check(archive_read_support_filter_bzip2(handle))
    try check(archive_read_support_filter_xz(handle))
    try check(archive_read_support_filter_zstd(handle))
    try check(archive_read_open_fd(handle, file.descriptor, 1 << 16))
  }

  /// The next member, or nothing at the end.
  func next() throws(Failure) -> ArchiveMember? { try nextPointer().map(ArchiveMember.init) }

  /// The next entry as libarchive has it, or nothing at the end.
  func nextPointer() throws(Failure) -> OpaquePointer? {
    var entry: OpaquePointer?
    let status = archive_read_next_header(handle, &entry)
    if status == ARCHIVE_EOF { return nil }
    // A warning is about a name that the host's locale cannot show; we keep its bytes.
    guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else { throw libarchiveFailure(handle, "read") }
    return entry
  }

  /// The next bytes of the entry that was read last; none at its end.
  func readCurrent(_ path: String) throws(Failure) -> [UInt8] {
    var count = 0
    let piece = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, initialized in
      count = archive_read_data(handle, buffer.baseAddress, buffer.count)
      initialized = max(count, 0)
    }
    guard count >= 0 else { throw libarchiveFailure(handle, "read", path) }
    return piece
  }

  /// The bytes of the member that `next` returned last.
  func currentContents(of member: ArchiveMember, limit: Int) throws(Failure) -> [UInt8] {
    var contents: [UInt8] = []
    while true {
      let piece = try readCurrent(member.path)
      if piece.isEmpty { return contents }
      guard contents.count + piece.count <= limit else {
        throw Failure(
          .infrastructure,
          "archive-member-too-large",
          "'\(member.path)' in the archive has more than \(limit) bytes"
        )
      }
      contents += piece
    }
  }

  /// Writes the bytes of the member that `next` returned last to the end of a file.
  ///
  /// - Parameter limit: how many there may be.
  /// - Returns: how many there were.
  func copyCurrent(
    _ member: ArchiveMember,
    to output: borrowing HostFile,
    limit: Int
  ) throws(Failure) -> Int {
    guard member.size <= limit else { throw .tooLarge("too many bytes, with '\(member.path)'") }
    var total = 0
    while true {
      let piece = try readCurrent(member.path)
      if piece.isEmpty { return total }
      total += piece.count
      guard total <= limit else { throw .tooLarge("too many bytes, with '\(member.path)'") }
      try output.write(piece)
    }
  }

  private func check(_ status: Int32) throws(Failure) {
    guard status == ARCHIVE_OK else { throw libarchiveFailure(handle, "read") }
  }
}

extension ArchiveMember {
  fileprivate init(_ entry: OpaquePointer) {
    let name = archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry)
    isNamedInUTF8 = name.map { String(validatingCString: $0) != nil } ?? false
    var path = text(name) ?? ""
    if path.count > 1, path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
    self.path = path
    mode = UInt32(archive_entry_perm(entry))
    size = Int(archive_entry_size(entry))
    userID = Int(archive_entry_uid(entry))
    groupID = Int(archive_entry_gid(entry))
    modificationTime = Int(archive_entry_mtime(entry))
    inode = archive_entry_ino64(entry)
    linkCount = archive_entry_nlink(entry)
    if let target = text(archive_entry_hardlink(entry)) {
      kind = .hardLink(to: target)
    } else {
      kind =
        switch archive_entry_filetype(entry) {
        case mode_t(Glibc.S_IFDIR): .directory
        case mode_t(Glibc.S_IFREG): .file
        case mode_t(Glibc.S_IFLNK): .symbolicLink(to: text(archive_entry_symlink(entry)) ?? "")
        default: .special
        }
    }
  }
}

private func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
