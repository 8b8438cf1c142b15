// SPDX-License-Identifier: Apache-2.0

import Glibc

/// An open file, closed when it goes out of scope.
package struct Descriptor: ~Copyable {
  package let number: Int32

  /// - Returns: nil, with `errno` set, where the file cannot be opened.
  package init?(_ path: String, _ flags: Int32, mode: UInt32 = 0) {
    number = open(path, flags | O_CLOEXEC, mode)
    if number < 0 { return nil }
  }

  /// Writes everything, or returns the `errno` of what failed.
  func write(all bytes: [UInt8]) -> Int32? {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = Glibc.write(number, buffer.baseAddress! + done, buffer.count - done)
        if count >= 0 { done += count } else if errno != EINTR { return errno }
      }
      return nil
    }
  }

  deinit { if number >= 0 { close(number) } }
}
