// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// What a group answers to a request (spec multinode §3, the table).
package enum GroupAnswer: Sendable, Hashable {
  /// The condition does not hold yet; only for those who ask again.
  case wait
  /// Everybody is there: the members, role by role.
  case members([GroupMember])
  case acknowledged
  /// What was sent, sender by sender.
  case messages([GroupMessage])
  /// All have come to a sync: its id, or what the member itself has given with it.
  case synced(YAMLValue)
  /// LAVA's `nack`.
  case refused
  /// What is waited for cannot come any more, and why: half a sentence that says whom it waits for.
  case hopeless(String)
}

/// An answer and the request that it belongs to.
package struct AddressedAnswer: Sendable, Hashable {
  package var ticket: Coordinator.Ticket
  package var answer: GroupAnswer
}
