// SPDX-License-Identifier: Apache-2.0

import SecureShell
import Synchronization

/// The host keys that we have given to boards, so that the other nodes of their group know them: no other key is taken
/// for one of theirs.
package final class HostKeyRing: Sendable {
  /// That of all jobs of this process.
  package static let ofProcess = HostKeyRing()

  private let keys = Mutex<[String: [SSHPublicKey]]>([:])

  package init() {}

  /// - Parameter group: its name.
  func add(_ key: SSHPublicKey, to group: String) { keys.withLock { $0[group, default: []].append(key) } }

  /// Those of the boards of a group.
  func keys(of group: String) -> [SSHPublicKey] { keys.withLock { $0[group] ?? [] } }
}
