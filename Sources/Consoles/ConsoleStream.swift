// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A stream of bytes that is a console, and that no program of ours stands behind: a channel of ssh, a socket.
package struct ConsoleStream: Sendable {
  /// How messages call it: `ssh root@10.0.0.7`.
  package var name: String
  /// Non-blocking and close-on-exec; the console closes it.
  package var descriptor: Int32
  /// Asked when the stream has ended: why, where that was not the board's doing.
  package var failure: @Sendable () -> Failure?

  package init(name: String, descriptor: Int32, failure: @escaping @Sendable () -> Failure?) {
    self.name = name
    self.descriptor = descriptor
    self.failure = failure
  }
}
