// SPDX-License-Identifier: Apache-2.0

/// One member of an archive that is to be written.
///
/// Owner, group and times are not here on purpose: every archive of ours says root and the epoch, so that the same
/// entries always give the same bytes.
package struct ArchiveEntry: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    case directory
    case file(FileContent)
    /// Another name of a file that stands earlier in the archive.
    case hardLink(to: String)
    case symbolicLink(to: String)
  }

  /// Where a file's bytes come from.
  package enum FileContent: Sendable, Hashable {
    case bytes([UInt8])
    /// The path of a regular file on this host, read in pieces when the archive is written.
    case hostFile(String)
    /// `count` bytes from `offset` on of a regular file on this host.
    case slice(of: String, offset: Int, count: Int)
  }

  /// Relative to the archive's root: no leading or trailing `/`, no `.` or `..` component.
  package var path: String
  /// The permission bits, `0o7777` at most.
  package var mode: UInt32
  package var content: Content

  package init(_ path: String, mode: UInt32, _ content: Content) {
    self.path = path
    self.mode = mode
    self.content = content
  }
}
