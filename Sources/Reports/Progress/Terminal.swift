// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What stands behind a file descriptor that a person may be looking at.
package struct Terminal: Sendable {
  package let descriptor: Int32
  /// Whether a line can be written over: a terminal that is not dumb, and nobody records it (`CI`).
  package let isLive: Bool
  /// Whether colours are wanted: `NO_COLOR` is not set (no-color.org).
  package let style: TerminalStyle

  /// - Parameters:
  ///   - descriptor: 1 or 2, usually.
  ///   - variable: looks up an environment variable.
  package init(descriptor: Int32, variable: (String) -> String? = Terminal.environment) {
    let term = variable("TERM") ?? ""
    let isCapable = isatty(descriptor) == 1 && !term.isEmpty && term != "dumb"
    self.init(
      descriptor: descriptor,
      isLive: isCapable && (variable("CI") ?? "").isEmpty,
      isColoured: isCapable && (variable("NO_COLOR") ?? "").isEmpty
    )
  }

  package init(descriptor: Int32, isLive: Bool, isColoured: Bool) {
    self.descriptor = descriptor
    self.isLive = isLive
    style = TerminalStyle(isColoured: isColoured)
  }

  /// A variable of this process's environment.
  package static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// The width in characters; 80 where nobody knows.
  package var columns: Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes all of it. A reader who has gone away is no reason to stop a job, so what cannot be written is dropped.
  package func write(_ text: String) {
    var text = text
    text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }

  /// The same with text in UTF-8.
  package func write(_ text: [UInt8]) { text.withUnsafeBytes { write($0) } }

  private func write(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      let written = Glibc.write(descriptor, base, rest.count)
      if written >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      } else if errno == EAGAIN {
        var query = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&query, 1, -1)
      } else if errno != EINTR {
        return
      }
    }
  }
}
