// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// Writing to descriptors. A line is one `write(2)`, so that no other writer gets between its bytes.
enum Output {
  /// Prints bytes on standard output.
  static func print(_ bytes: Bytes) {
    _ = write(bytes, to: STDOUT_FILENO)
  }

  /// Prints a line on standard output.
  @inline(never)
  static func printLine(_ line: Bytes) {
    var line = line
    line.append("\n")
    print(line)
  }

  /// Prints a line on standard output.
  @inline(never)
  static func printLine(_ line: StaticString) {
    printLine(Bytes(line))
  }

  /// Says on standard error what went wrong: `HELPER: problem subject: advice`.
  @inline(never)
  static func complain(_ helper: Bytes, _ problem: StaticString, _ subject: Bytes, _ advice: Bytes) {
    var line = helper
    line.append(": ")
    line.append(problem)
    if !subject.isEmpty {
      line.append(" ")
      line.append(subject)
    }
    if !advice.isEmpty {
      line.append(": ")
      line.append(advice)
    }
    line.append("\n")
    _ = write(line, to: STDERR_FILENO)
  }

  /// Says on standard error what the kernel refused, with its reason: `HELPER: problem subject: Permission denied`.
  @inline(never)
  static func complainErrno(_ helper: Bytes, _ problem: StaticString, _ subject: Bytes) {
    complain(helper, problem, subject, bytes(strerror(board_errno())))
  }

  /// Writes all bytes: in one call where the kernel takes them in one, else going on where it stopped.
  ///
  /// - Returns: whether all bytes were taken; `errno` tells why not.
  @inline(never)
  static func write(_ bytes: Bytes, to descriptor: Int32) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { CBoard.write(descriptor, $0.baseAddress! + offset, bytes.count - offset) }
      if count >= 0 {
        offset += count
      } else if board_errno() == EAGAIN {
        // Somebody has made the console non-blocking: wait until it takes more.
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, -1)
      } else if board_errno() != EINTR {
        return false
      }
    }
    return true
  }
}
