// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import Signals

/// The group of boards that a board belongs to, as its tests see it (spec multinode §3).
package protocol GroupCalls: Sendable {
  /// Makes a call in the board's name, and waits for the answer.
  ///
  /// - Throws: a failure of kind `multinodeTimeout` where the others do not come in time; of kind `job` where there is
  ///   no group.
  func call(_ call: MultinodeCall) async throws(Failure) -> GroupReply
}

/// What a group answers to a call (spec multinode §3.1).
package enum GroupReply: Sendable {
  /// `lava-send` was taken; all have come to `lava-sync`.
  case acknowledged
  /// What was sent under the message's id.
  case messages([GroupMessage])
  /// LAVA's `nack`: for a group or a role that is not known.
  case refused
}

/// What one node of a group sent under a message's id.
package struct GroupMessage: Sendable {
  /// LAVA's id of its job.
  package var sender: String
  package var data: [(key: String, value: String)]

  package init(sender: String, data: [(key: String, value: String)]) {
    self.sender = sender
    self.data = data
  }
}

/// A board that is alone: whoever calls the others learns that.
struct LoneBoard: GroupCalls {
  func call(_ call: MultinodeCall) async throws(Failure) -> GroupReply {
    throw Failure(
      .job,
      "no-group",
      "'lava-\(call.name.lowercased().replacing("_", with: "-"))' calls the other boards of a group, and this job has one "
        + "board only",
      advice: "Give the job roles under 'protocols: lava-multinode:', or leave the call out."
    )
  }
}
