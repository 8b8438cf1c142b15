// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A connection with a board over SSH (RFC 4251), logged in. libssh runs on a thread of the connection's own.
///
/// Its calls are done one after the other. Each ends soon when its task is cancelled, with a failure of kind `canceled`;
/// deadlines are the caller's, but for the target's `connectTimeout` and its keep-alives. A connection that breaks is a
/// failure of kind `connectionClosed` that names the peer. One that is let go without `close` is closed in the background.
package final class SSHConnection: Sendable {
  package let peer: SSHPeer
  let desk: SSHDesk

  private init(_ peer: SSHPeer, _ desk: SSHDesk) {
    self.peer = peer
    self.desk = desk
  }

  deinit { desk.requestClose() }

  /// Connects, looks whether the peer is the right one, and logs in.
  ///
  /// - Throws: `ssh-unreachable`, `ssh-refused`, `ssh-timeout`, `ssh-login-refused` (kind `infrastructure`);
  ///   `ssh-host-key-changed` and `ssh-host-key-unknown`, `ssh-key-unreadable` (kind `configuration`).
  package static func open(_ target: SSHTarget) async throws(Failure) -> SSHConnection {
    let desk = try SSHDesk.start()
    let connection = SSHConnection(target.peer, desk)
    try await desk.perform { link throws(Failure) in link = try SSHLink(target, desk) }
    return connection
  }

  /// Ends everything that runs over the connection, and waits until it is closed.
  package func close() async { await desk.close() }

  /// Has the thread do something with the open connection.
  func perform<Value: Sendable>(
    _ body: @escaping @Sendable (SSHLink) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await desk.perform { link throws(Failure) in
      guard let link else { throw SSHDesk.closed }
      return try body(link)
    }
  }
}
