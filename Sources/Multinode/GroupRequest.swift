// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// What a member asks of its group (spec multinode §3).
package enum GroupRequest: Sendable, Hashable {
  /// Waits until the whole group is there: `group_data`.
  case join
  /// Keeps a mapping under an id for all.
  case send(String, YAMLValue)
  /// Waits until anybody has sent the id.
  case wait(String)
  /// Waits until everybody has sent the id, or every member of a role.
  case waitAll(String, role: String?)
  /// Waits until everybody waits here.
  case sync(String, YAMLValue?)
  /// The member's job has ended: `clear_group`. Where it did not end well: of what.
  case leave(because: String?)

  /// The id of the message that lets nodes start that wait for a role (spec multinode §4).
  package static let startID = "lava_start"

  /// As a person writes it in a job.
  package var text: String {
    switch self {
    case .join: "the start of the group"
    case .send(let id, _): "lava-send '\(id)'"
    case .wait(let id): "lava-wait '\(id)'"
    case .waitAll(Self.startID, let role?): "the start by '\(role)' (lava_start)"
    case .waitAll(let id, let role): "lava-wait-all '\(id)'" + (role.map { " of '\($0)'" } ?? "")
    case .sync(let id, _): "lava-sync '\(id)'"
    case .leave: "the end of the job"
    }
  }
}
