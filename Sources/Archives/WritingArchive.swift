// SPDX-License-Identifier: Apache-2.0

internal import CArchive
internal import Diagnostics
internal import Glibc

/// A libarchive writer that frees itself.
struct WritingArchive: ~Copyable {
  private let handle: OpaquePointer

  init() throws(Failure) {
    guard let handle = archive_write_new() else { throw libarchiveOutOfMemory }
    self.handle = handle
  }

  deinit { archive_write_free(handle) }

  /// Begins an archive at the place where `descriptor` stands.
  func open(
    _ format: ArchiveWriter.Format,
    _ compression: ArchiveWriter.Compression,
    on descriptor: Int32
  ) throws(Failure) {
    switch format {
    case .tar:
      try check(archive_write_set_format_gnutar(handle))
    case .cpioNewc:
      try check(archive_write_set_format_cpio_newc(handle))
    }
    switch compression {
    case .none:
      try check(archive_write_add_filter_none(handle))
    case .gzip:
      try check(archive_write_add_filter_gzip(handle))
      try check(archive_write_set_filter_option(handle, "gzip", "timestamp", nil))
      try check(archive_write_set_filter_option(handle, "gzip", "compression-level", "6"))
    }
    try check(archive_write_set_bytes_per_block(handle, 10_240))
    try check(archive_write_set_bytes_in_last_block(handle, 1))
    try check(archive_write_open_fd(handle, descriptor))
  }

  func add(_ header: borrowing EntryHeader, of entry: ArchiveEntry) throws(Failure) {
    try check(header.write(to: handle), entry.path)
  }

  func write(_ bytes: ArraySlice<UInt8>, of entry: ArchiveEntry) throws(Failure) {
    var rest = bytes
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { archive_write_data(handle, $0.baseAddress, $0.count) }
      guard written > 0 else { throw libarchiveFailure(handle, "write", entry.path) }
      rest = rest.dropFirst(written)
    }
  }

  func close() throws(Failure) { try check(archive_write_close(handle)) }

  private func check(_ status: Int32, _ name: String? = nil) throws(Failure) {
    guard status == ARCHIVE_OK else { throw libarchiveFailure(handle, "write", name) }
  }
}

/// The header of one member, with root as its owner and the epoch as its time.
struct EntryHeader: ~Copyable {
  private let handle: OpaquePointer

  init() {
    // libarchive allocates a few hundred bytes; like Swift's own allocations this cannot fail on Linux in practice.
    handle = archive_entry_new()
    archive_entry_set_uid(handle, 0)
    archive_entry_set_gid(handle, 0)
    archive_entry_set_uname(handle, "root")
    archive_entry_set_gname(handle, "root")
    archive_entry_set_mtime(handle, 0, 0)
    archive_entry_set_size(handle, 0)
  }

  deinit { archive_entry_free(handle) }

  func set(path: String, mode: UInt32) {
    archive_entry_set_pathname(handle, path)
    archive_entry_set_perm(handle, mode)
  }

  func set(type: mode_t, links: UInt32) {
    archive_entry_set_filetype(handle, type)
    archive_entry_set_nlink(handle, links)
  }

  func set(inode: Int64) { archive_entry_set_ino64(handle, inode) }

  func set(size: Int) { archive_entry_set_size(handle, la_int64_t(size)) }

  func set(hardLink target: String) { archive_entry_set_hardlink(handle, target) }

  func set(symbolicLink target: String) {
    set(type: mode_t(Glibc.S_IFLNK), links: 1)
    archive_entry_set_symlink(handle, target)
  }

  func write(to archive: OpaquePointer) -> Int32 { archive_write_header(archive, handle) }
}
