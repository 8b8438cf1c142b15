// SPDX-License-Identifier: Apache-2.0

/// All that it takes to reach a board over SSH: who it is, how we prove who we are, and how it does.
package struct SSHTarget: Sendable {
  package var peer: SSHPeer
  /// Files of private keys, tried in this order.
  package var identities: [String] = []
  /// Whether the keys of the user's agent (`SSH_AUTH_SOCK`) are tried after those.
  package var usesAgent = true
  /// The file whose first line is the password.
  package var passwordFile: String?
  package var hostKeys = HostKeyPolicy.knownHosts(file: nil, addsNew: false)
  package var compresses = false
  /// How long reaching the peer, agreeing on keys and logging in may take, together.
  package var connectTimeout = Duration.seconds(30)
  /// How long the connection may be silent before the peer is asked whether it is there.
  package var keepAliveInterval = Duration.seconds(15)
  /// How many such questions may be left without an answer before the connection counts as broken.
  package var keepAliveLimit = 4

  package init(_ peer: SSHPeer) { self.peer = peer }
}

/// How the peer proves that it is the one that is meant.
package enum HostKeyPolicy: Sendable, Hashable {
  /// It has one of these keys; nothing else is asked.
  case pinned([SSHPublicKey])
  /// Its key stands in a file of OpenSSH's form (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT); nil is the user's own,
  /// `~/.ssh/known_hosts`. A peer that is not in there is refused, or added to it.
  case knownHosts(file: String?, addsNew: Bool)
  /// It need not.
  case ignored
}
