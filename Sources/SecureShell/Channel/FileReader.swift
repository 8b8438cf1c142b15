// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Glibc

/// A file of this host that is read from its begin to its end.
final class FileReader {
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws(Failure) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    self.path = path
    guard descriptor >= 0 else { throw failure(errno) }
  }

  /// Reads up to so many bytes; nothing at the end.
  func read(_ most: Int) throws(Failure) -> [UInt8] {
    var error: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, used in
      var count = Glibc.read(descriptor, buffer.baseAddress, most)
      while count < 0, errno == EINTR { count = Glibc.read(descriptor, buffer.baseAddress, most) }
      if count < 0 { error = errno }
      used = max(count, 0)
    }
    if error != 0 { throw failure(error) }
    return bytes
  }

  private func failure(_ error: Int32) -> Failure {
    Failure(
      .infrastructure,
      "file-unreadable",
      "cannot read '\(path)'",
      advice: "Check that it is there and may be read.",
      cause: String(cString: strerror(error))
    )
  }

  deinit { close(descriptor) }
}
