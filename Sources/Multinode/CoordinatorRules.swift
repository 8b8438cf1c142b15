// SPDX-License-Identifier: Apache-2.0

/// Whether a coordinator does what LAVA's documents say or what LAVA's coordinator happens to do (spec multinode §3.1).
package enum CoordinatorRules: Sendable, Hashable {
  /// The last to come to a sync need not ask again; a sync that was completed once is always passed; `wait-all` of a role
  /// waits for all of it, and waits where nobody has sent.
  case documented
  /// As LAVA: the last one waits as well, a sync is a new one after all have left it, `wait-all` of a role waits for its
  /// first member only, and is refused where nobody has sent.
  case lava
}

/// What the peers of a coordinator may cost.
package struct CoordinatorLimits: Sendable, Hashable {
  package var groups = 10_000
  /// Of one group, and its stated size.
  package var members = 10_000
  /// Different ids of one group.
  package var ids = 10_000
  /// Of all messages that a group keeps, about, in bytes.
  package var groupBytes = 16 << 20
  /// How long a group is kept in which nobody asks for anything.
  package var idleTime = Duration.seconds(2 * 86400)

  package init() {}
}
