// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import Glibc

/// What stands at a path; a symbolic link is not followed.
package struct FileInformation: Sendable, Hashable {
  package let kind: FileKind
  /// The permission bits.
  package let mode: UInt32
  /// In bytes.
  package let size: Int

  /// Nil where there is nothing.
  package init?(at path: String) {
    var information = stat()
    guard lstat(path, &information) == 0 else { return nil }
    kind = FileKind(mode: information.st_mode)
    mode = information.st_mode & 0o7777
    size = Int(information.st_size)
  }
}

extension FileSystem {
  /// What a symbolic link says.
  package static func target(ofLink path: String) throws(Failure) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(path, &buffer, Int(PATH_MAX))
    guard count >= 0 else { throw .file("read the link", path, errno) }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
