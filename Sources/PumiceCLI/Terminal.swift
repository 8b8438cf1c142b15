// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Standard output and standard error, as plain bytes.
enum Terminal {
  /// Writes results.
  static func output(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// Writes findings and errors.
  static func error(_ text: String) { write(text, to: STDERR_FILENO) }

  /// Continues partial writes; a reader that went away has no use for the rest.
  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      }
    }
  }
}
