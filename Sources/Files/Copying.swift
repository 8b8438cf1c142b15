// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import Glibc

extension FileSystem {
  /// Copies a regular file; a file at `destination` is replaced.
  ///
  /// - Throws: a failure that names the file that could not be read or written.
  package static func copy(_ source: String, to destination: String, mode: UInt32 = 0o644) throws(Failure) {
    guard let input = Descriptor(source, O_RDONLY) else { throw .file("read", source, errno) }
    guard let output = Descriptor(destination, O_WRONLY | O_CREAT | O_TRUNC, mode: mode) else {
      throw .file("write to", destination, errno)
    }
    while true {
      let (piece, error) = readSome(input, 1 << 20)
      if let error { throw .file("read", source, error) }
      if piece.isEmpty { return }
      if let error = output.write(all: piece) { throw .file("write to", destination, error) }
    }
  }
}
