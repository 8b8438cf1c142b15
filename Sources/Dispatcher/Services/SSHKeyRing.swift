// SPDX-License-Identifier: Apache-2.0

import SecureShell
import Synchronization

/// What the nodes of a group know each other by: the host keys that we have given to boards, so that no other key is taken
/// for one of theirs, and the key that logs in to them.
package final class SSHKeyRing: Sendable {
  private struct Keys {
    var hosts: [SSHPublicKey] = []
    var identity: String?
  }

  /// That of all jobs of this process.
  package static let ofProcess = SSHKeyRing()

  private let groups = Mutex<[String: Keys]>([:])

  package init() {}

  /// - Parameter group: its name.
  func add(hostKey: SSHPublicKey, to group: String) {
    groups.withLock { $0[group, default: Keys()].hosts.append(hostKey) }
  }

  /// The host keys of the boards of a group.
  func hostKeys(of group: String) -> [SSHPublicKey] { groups.withLock { $0[group]?.hosts ?? [] } }

  /// - Parameter identity: the file of a private key that was made for the group.
  func set(identity: String, of group: String) { groups.withLock { $0[group, default: Keys()].identity = identity } }

  /// The file of the private key that was made for a group; nil where the device file names one.
  func identity(of group: String) -> String? { groups.withLock { $0[group]?.identity } }
}
