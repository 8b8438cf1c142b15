// SPDX-License-Identifier: Apache-2.0

// Multinode: jobs that run together and wait for each other (spec multinode). The state of a group is pure: no I/O and no
// clock of its own. What gives it a face (in memory, over TCP) stands beside it or above it.

/// One job of a group, as the others know it.
package struct GroupMember: Sendable, Hashable {
  /// LAVA's id of the job; the name that messages are told apart by.
  package var client: String
  package var role: String

  package init(client: String, role: String) {
    self.client = client
    self.role = role
  }
}

extension GroupMember: CustomStringConvertible {
  /// As reports name it: `5001 (server)`; what is named by its role already, as it is.
  package var description: String { client.hasPrefix(role) ? client : "\(client) (\(role))" }
}
