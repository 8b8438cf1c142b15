// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A group as one member sees it, wherever its coordinator is.
package protocol GroupFace: Sendable {
  var member: GroupMember { get }

  /// Asks, and waits for the answer: never ``GroupAnswer/wait``. Returns soon after the task is canceled.
  ///
  /// - Throws: kind `canceled`; kind `infrastructure` where the coordinator cannot be reached.
  func ask(_ request: GroupRequest) async throws(Failure) -> GroupAnswer

  /// Whom a request would wait for, and what they do; nil where the coordinator does not tell.
  func standing(of request: GroupRequest) async -> String?
}

extension Failure {
  /// A wait that nobody will end any more.
  package static func hopeless(_ request: GroupRequest, _ reason: String) -> Failure {
    Failure(
      .multinodeTimeout,
      "hopeless-wait",
      "\(request.text) will never be over: it waits for \(reason)",
      advice:
        "Look what the others ended of, or which call they miss ('pumice plan' of the group shows them side by side)."
    )
  }

  /// A wait that was not over in its time.
  package static func lateGroup(_ request: GroupRequest, after limit: Duration, _ standing: String?) -> Failure {
    let whom = standing.map { ": it waits for \($0)" } ?? ""
    return Failure(
      .multinodeTimeout,
      "multinode-timeout",
      "\(request.text) was not over after \(limit.components.seconds) seconds\(whom)",
      advice: "Raise 'timeout' of the role or under 'protocols: lava-multinode:' ('timeout: {minutes: 5}')."
    )
  }

  static let unanswered = Failure(.canceled, "group-canceled", "nobody waits for the group's answer any more")
}
