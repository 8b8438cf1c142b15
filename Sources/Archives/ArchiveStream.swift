// SPDX-License-Identifier: Apache-2.0

internal import CArchive
internal import Diagnostics
internal import Glibc

/// A file packed with one of libarchive's filters, or the one file of a zip archive.
final class ArchiveStream: UnpackingStream {
  enum Filter: String {
    case bzip2, xz, zstd

    var number: Int32 {
      switch self {
      case .bzip2: ARCHIVE_FILTER_BZIP2
      case .xz: ARCHIVE_FILTER_XZ
      case .zstd: ARCHIVE_FILTER_ZSTD
      }
    }

    /// Whether a file that begins so has the filter's magic number. libarchive's own refusal does not say why.
    func begins(_ bytes: [UInt8]) -> Bool {
      switch self {
      case .bzip2: bytes.starts(with: [0x42, 0x5a, 0x68])
      case .xz: bytes.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])
      // A frame, or one that is skipped (RFC 8878 §3.1).
      case .zstd:
        bytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd])
          || (bytes.count > 3 && bytes[0] & 0xf0 == 0x50 && bytes[1...3] == [0x2a, 0x4d, 0x18])
      }
    }
  }

  private static let blockSize = 1 << 16

  private let handle: OpaquePointer
  private let name: String
  /// The file is intact and holds nothing.
  private var isEmpty = false

  /// - Throws: where the file is not packed with this very filter. libarchive looks for no other and for no second one.
  init(_ descriptor: Int32, filter: Filter, name: String) throws(Failure) {
    self.name = name
    guard let handle = archive_read_new() else { throw libarchiveOutOfMemory }
    self.handle = handle
    let start = Self.start(of: descriptor)
    guard filter.begins(start) else { throw .notCompressed(name, with: filter.rawValue) }
    // To libarchive a shorter file would be one that holds nothing.
    guard filter != .bzip2 || start.count == Self.shortestBzip2 else { throw .damaged(name, "unexpected end of file") }
    archive_read_support_format_raw(handle)
    archive_read_support_format_empty(handle)
    // What cannot be read looks empty, too: only the error that it has left tells them apart.
    guard archive_read_append_filter(handle, filter.number) == ARCHIVE_OK,
      archive_read_open_fd(handle, descriptor, Self.blockSize) == ARCHIVE_OK, archive_errno(handle) == 0
    else { throw .damaged(name, Self.words(handle)) }
    var entry: OpaquePointer?
    switch archive_read_next_header(handle, &entry) {
    case ARCHIVE_OK: return
    case ARCHIVE_EOF: isEmpty = true
    default: throw .damaged(name, Self.words(handle))
    }
  }

  /// - Throws: where the file is no zip archive, or holds no file or more than one.
  init(zip descriptor: Int32, name: String) throws(Failure) {
    self.name = name
    let members = try Self.files(inZip: descriptor, name)
    guard members.count == 1 else {
      throw Failure(
        .job,
        "zip-not-one-file",
        "the zip archive '\(name)' holds \(members.count) files, where one is needed",
        advice: "Pack the one file that is meant, or leave 'compression' out to use the archive as it is."
      )
    }
    handle = try Self.openZip(descriptor, name)
    for _ in 0...members[0] {
      var entry: OpaquePointer?
      let status = archive_read_next_header(handle, &entry)
      guard status == ARCHIVE_OK || status == ARCHIVE_WARN else { throw .damaged(name, Self.words(handle)) }
    }
  }

  deinit { archive_read_free(handle) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
    guard !isEmpty else { return 0 }
    let count = archive_read_data(handle, buffer.baseAddress, buffer.count)
    guard count >= 0 else { throw .damaged(name, Self.words(handle)) }
    return count
  }

  /// The positions of the regular files among an archive's members.
  private static func files(inZip descriptor: Int32, _ name: String) throws(Failure) -> [Int] {
    let handle = try openZip(descriptor, name)
    defer { archive_read_free(handle) }
    var files: [Int] = []
    var position = 0
    while true {
      var entry: OpaquePointer?
      let status = archive_read_next_header(handle, &entry)
      if status == ARCHIVE_EOF { return files }
      // A warning is about a name that the host's locale cannot show: no name is used.
      guard status == ARCHIVE_OK || status == ARCHIVE_WARN else { throw .damaged(name, words(handle)) }
      if archive_entry_filetype(entry) == mode_t(Glibc.S_IFREG) { files.append(position) }
      position += 1
    }
  }

  private static func openZip(_ descriptor: Int32, _ name: String) throws(Failure) -> OpaquePointer {
    guard let handle = archive_read_new() else { throw libarchiveOutOfMemory }
    archive_read_support_format_zip_seekable(handle)
    guard lseek(descriptor, 0, SEEK_SET) == 0, archive_read_open_fd(handle, descriptor, blockSize) == ARCHIVE_OK else {
      archive_read_free(handle)
      throw .notCompressed(name, with: "zip")
    }
    return handle
  }

  /// bzip2's header and its trailer, with nothing between them.
  private static let shortestBzip2 = 14

  private static func start(of descriptor: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: shortestBzip2) { buffer, used in
      used = max(pread(descriptor, buffer.baseAddress, shortestBzip2, 0), 0)
    }
  }

  private static func words(_ handle: OpaquePointer) -> String? {
    archive_error_string(handle).map { String(cString: $0) }
  }
}
