// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// A call to the coordinator of a job's group that an action makes when it starts (spec multinode §5).
package struct ProtocolCall: Sendable {
  package enum Request: String, Sendable, CaseIterable {
    case wait = "lava-wait"
    case waitAll = "lava-wait-all"
    case send = "lava-send"
    case sync = "lava-sync"
    /// Lets the nodes start that wait for this one's role: made when the action has ended (seed 004). LAVA's documents
    /// have it, LAVA never had.
    case start = "lava-start"
  }

  /// The name of the action, which has to be in the block that the call stands in.
  package var action: String
  package var request: Request
  /// `lava_start` for `lava-start`.
  package var messageID: String
  /// What is sent; or what is waited for, each value that begins with '$' being replaced by what came under its key.
  package var message: YAMLValue
  /// The roles that a `lava-wait-all` waits for, all where there are none; those that a `lava-start` is for.
  package var roles: [String]
  package var timeout: StatedTimeout?
}
