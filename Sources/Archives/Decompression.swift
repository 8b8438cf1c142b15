// SPDX-License-Identifier: Apache-2.0

internal import CArchive
package import Diagnostics
internal import Glibc

/// Expands one compressed file: gzip, bzip2, xz or zstd, recognised by its content.
package enum Decompression {
  /// Writes what `source` holds to `destination`, by streaming.
  ///
  /// - Throws: also where the file is cut short or is not compressed at all.
  package static func expand(_ source: String, to destination: String) throws(Failure) {
    let input = try HostFile(source, flags: O_RDONLY)
    let output = try HostFile(destination, flags: O_WRONLY | O_CREAT | O_TRUNC)
    guard let handle = archive_read_new() else { throw libarchiveOutOfMemory }
    defer { archive_read_free(handle) }
    archive_read_support_format_raw(handle)
    archive_read_support_filter_gzip(handle)
    archive_read_support_filter_bzip2(handle)
    archive_read_support_filter_xz(handle)
    archive_read_support_filter_zstd(handle)
    var entry: OpaquePointer?
    guard archive_read_open_fd(handle, input.descriptor, 1 << 16) == ARCHIVE_OK,
      archive_read_next_header(handle, &entry) == ARCHIVE_OK
    else { throw failure(handle, source) }
    // Without a filter libarchive would hand the bytes through as they are.
    guard archive_filter_count(handle) > 1 else {
      throw Failure(
        .job,
        "not-compressed",
        "'\(source)' is not compressed with gzip, bzip2, xz or zstd",
        advice: "Leave 'compression' out, or give the file that was meant."
      )
    }
    guard archive_read_data_into_fd(handle, output.descriptor) == ARCHIVE_OK else { throw failure(handle, source) }
  }

  private static func failure(_ handle: OpaquePointer, _ source: String) -> Failure {
    var failure = libarchiveFailure(handle, "decompress", source)
    failure.advice = "Fetch the file again: it may be cut short."
    return failure
  }
}
