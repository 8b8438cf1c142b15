// SPDX-License-Identifier: Apache-2.0

import YAMLDocument

extension Job {
  /// The job of the first node of a role, as a group's job is split (spec multinode §2); nil where there is no such role.
  ///
  /// Every copy of a role has the same actions; only its number in the group differs.
  package func node(of role: String) -> Job? {
    guard let multinode = protocols["lava-multinode"], let table = multinode["roles"]?.mapping,
      let position = table.firstIndex(where: { $0.key == .string(role) })
    else { return nil }
    let own = table[position].value
    var node = self
    node.actions = actions.filter { $0.common.roles.isEmpty || $0.common.roles.contains(role) }
    node.deviceType = own["device_type"]?.string
    node.architectureNode = nil
    if let value = own["context"] { node.context = value }
    if let value = own["environment"] { node.environment = value }
    if let tags = own["tags"]?.sequence { node.tags = tags.compactMap(\.string) }
    let counts = table.map { $0.value["count"]?.int ?? 1 }
    var pairs: [YAMLValue.Pair] = [
      .init("target_group", .string(name)),
      .init("role", .string(role)),
      .init("group_size", .int(counts.reduce(0, +))),
      .init("sub_id", .int(counts[..<position].reduce(0, +))),
    ]
    let passed = (own.mapping ?? []).filter { !Self.consumedKeys.contains($0.key.string ?? "") }
    let common = (multinode.mapping ?? []).filter { $0.key != "roles" }
    for pair in passed + common {
      // What the protocol says for all counts before what a role says.
      pairs.removeAll { $0.key == pair.key }
      pairs.append(pair)
    }
    node.protocols = ["lava-multinode": .mapping(pairs)]
    return node
  }

  /// Keys of a role that do not go into its nodes' protocol.
  private static let consumedKeys: Set<String> = ["count", "device_type", "connection", "host_role", "context"]
}
