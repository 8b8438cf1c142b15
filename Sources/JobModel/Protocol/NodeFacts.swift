// SPDX-License-Identifier: Apache-2.0

import YAMLDocument

/// What the definition of one node says of its group (spec multinode §2).
package struct NodeFacts: Sendable {
  package let role: String
  /// The group's name.
  package let group: String
  /// How many nodes the group has.
  package let size: Int
  /// The role whose `lava_start` the node waits for before it begins; nil where it begins at once.
  package let expectedRole: String?
  /// Of the role, or of the protocol.
  package let timeout: Duration?
  /// Whether the others are stopped when this one does not come to its end.
  package let isEssential: Bool
  /// The nodes with devices, by job id.
  package let members: [(id: String, role: String)]

  /// Nil where the job is no node of a group.
  package init?(_ job: Job) {
    guard let multinode = job.protocols["lava-multinode"], let group = multinode["target_group"]?.string else {
      return nil
    }
    self.group = group
    role = multinode["role"]?.string ?? ""
    size = multinode["group_size"]?.int ?? 1
    let isDelayed = multinode["request"]?.string == "lava-start"
    expectedRole = isDelayed ? multinode["expect_role"]?.string.flatMap { [role] in $0 == role ? nil : $0 } : nil
    timeout = multinode["timeout"].flatMap { Self.duration($0) }
    isEssential = multinode["essential"]?.bool ?? false
    members = (multinode["roles"]?.mapping ?? []).compactMap { pair in
      let id = pair.key.string ?? pair.key.int.map { String($0) }
      return id.flatMap { id in pair.value.string.map { (id, $0) } }
    }
  }

  /// LAVA adds the units that are stated, and takes nothing for 30 seconds (spec jobs §2).
  private static func duration(_ value: YAMLValue) -> Duration? {
    guard let units = value.mapping else { return nil }
    let seconds = ["days": 86400.0, "hours": 3600, "minutes": 60, "seconds": 1]
    let sum = units.reduce(0.0) { sum, pair in
      let number: Double =
        switch pair.value {
        case .int(let number): Double(number)
        case .float(let number): number
        default: 0
        }
      return sum + number * (seconds[pair.key.string ?? ""] ?? 0)
    }
    return sum > 0 && sum < 1e9 ? .seconds(sum) : .seconds(30)
  }
}
