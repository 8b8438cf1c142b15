// SPDX-License-Identifier: Apache-2.0

// SecureShell: sessions with boards over SSH, on libssh. Knows nothing of jobs.

/// Who is at the other end of an SSH connection.
package struct SSHPeer: Sendable, Hashable {
  /// Its name or address.
  package var host: String
  package var port: Int
  /// Whom we log in as.
  package var user: String

  package init(host: String, port: Int = 22, user: String = "root") {
    self.host = host
    self.port = port
    self.user = user
  }
}

extension SSHPeer: CustomStringConvertible {
  /// `root@10.0.0.7`, with the port where it is another than 22: `root@10.0.0.7:2222`, `root@[fe80::1]:2222`.
  package var description: String {
    if port == 22 { return "\(user)@\(host)" }
    return "\(user)@\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }
}
