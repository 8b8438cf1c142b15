// SPDX-License-Identifier: Apache-2.0

internal import CSSH
import Diagnostics

// What can go wrong with a connection. Each failure names the peer.
extension SSHLink {
  static var canceled: Failure { Failure(.canceled, "ssh-canceled", "waiting for the board over ssh was canceled") }

  /// What libssh says of the session's last trouble.
  var words: String? {
    let text = String(cString: ssh_get_error(UnsafeMutableRawPointer(session)))
    return text.isEmpty ? nil : text
  }

  /// The connection was there, and is not any more.
  var lost: Failure {
    Failure(
      .connectionClosed,
      "ssh-connection-lost",
      "the ssh connection to \(target.peer) broke",
      advice: "Check that the board still runs, and that its ssh server does.",
      cause: words
    )
  }

  func timedOut(_ what: String) -> Failure {
    Failure(
      .infrastructure,
      "ssh-timeout",
      "\(target.peer) \(what)",
      advice: "Check by hand that the board answers: ssh -p \(target.peer.port) \(target.peer.user)@\(target.peer.host)"
    )
  }

  func refused(_ what: String) -> Failure {
    Failure(.infrastructure, "ssh-refused", "\(target.peer) \(what)", advice: "Look at its log.", cause: words)
  }

  static func unreachable(_ peer: SSHPeer, _ cause: String) -> Failure {
    Failure(
      .infrastructure,
      "ssh-unreachable",
      "cannot reach \(peer)",
      advice: "Check the address and the port, and that an ssh server runs there.",
      cause: cause
    )
  }

  static func unreadableKey(_ path: String, advice: String) -> Failure {
    Failure(.configuration, "ssh-key-unreadable", "cannot use the ssh key '\(path)'", advice: advice)
  }
}
