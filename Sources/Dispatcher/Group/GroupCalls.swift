// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import Events
package import Multinode
package import Signals

/// The group of boards that a board belongs to, as its tests see it (spec multinode §3).
package protocol GroupCalls: Sendable {
  /// Makes a call in the board's name, and waits for the answer.
  ///
  /// - Throws: a failure of kind `multinodeTimeout` where what is waited for cannot come any more; of kind `job` where
  ///   there is no group.
  func call(_ call: MultinodeCall) async throws(Failure) -> GroupReply

  /// Waits until the whole group is there and, where the job has to be started by another, until it is.
  func begin(_ log: EventLog) async throws(Failure)

  /// Tells the others that the job is over.
  ///
  /// - Parameter failure: what it ended of, if it did not come to its end.
  func end(_ failure: Failure?) async

  /// Whom a call would wait for, and what they do; nil where nobody knows.
  func standing(of call: MultinodeCall) async -> String?
}

extension GroupCalls {
  package func begin(_ log: EventLog) async throws(Failure) {}
  package func end(_ failure: Failure?) async {}
  package func standing(of call: MultinodeCall) async -> String? { nil }
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
