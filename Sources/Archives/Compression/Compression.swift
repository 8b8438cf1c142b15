// SPDX-License-Identifier: Apache-2.0

/// How a single file is packed, in the words of a job (spec jobs §5).
package enum Compression: String, Sendable, Hashable, CaseIterable {
  case bzip2 = "bz2"
  case gzip = "gz"
  case xz
  /// An archive that holds exactly one file.
  case zip
  case zstd
}
