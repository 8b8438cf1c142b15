// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import Glibc

/// The file that everything a board sends is written to, byte for byte, before anything looks at it.
///
/// Several consoles may write to one log, one after the other or at once.
package final class ConsoleLog: Sendable {
  package let path: String
  private let descriptor: Int32

  /// Opens a file to add to, and makes it where it is missing.
  package init(path: String) throws(Failure) {
    let number = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard number >= 0 else { throw Self.failure(path, errno) }
    self.path = path
    descriptor = number
  }

  /// Writes everything, or says why not.
  func write(_ bytes: UnsafeRawBufferPointer) -> Failure? {
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if count >= 0 { done += count } else if errno != EINTR { return Self.failure(path, errno) }
    }
    return nil
  }

  private static func failure(_ path: String, _ error: Int32) -> Failure {
    Failure(
      .infrastructure,
      "console-log-unwritable",
      "cannot write the console log '\(path)'",
      advice: error == ENOSPC || error == EDQUOT ? "Make room on that file system." : "Choose another output folder.",
      cause: String(cString: strerror(error))
    )
  }

  deinit { close(descriptor) }
}
