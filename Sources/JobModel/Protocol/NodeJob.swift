// SPDX-License-Identifier: Apache-2.0

import YAMLDocument

/// The job of one node, as a group's job is split (spec multinode §2).
package struct NodeJob: Sendable {
  /// LAVA's job id: consecutive within the group.
  package let id: Int
  package let role: String
  /// Which of the role's nodes it is, from 0.
  package let copy: Int
  /// How many nodes the role has.
  package let count: Int
  /// The role to whose device it is a connection; nil where it has a device of its own.
  package let hostRole: String?
  package let job: Job

  /// `client`, or `client 2` for the second of several.
  package var label: String { count > 1 ? "\(role) \(copy + 1)" : role }
}

extension Job {
  /// The jobs of the nodes of a group's job, role by role.
  ///
  /// - Parameters:
  ///   - firstID: of the first node; the others follow.
  ///   - group: its name.
  package func nodes(firstID: Int, group: String) -> [NodeJob] {
    guard let table = protocols["lava-multinode"]?["roles"]?.mapping else { return [] }
    var nodes: [NodeJob] = []
    for pair in table {
      guard let role = pair.key.string, let job = node(of: role) else { continue }
      let count = pair.value["count"]?.int ?? 1
      let hostRole = pair.value["connection"] == nil ? nil : pair.value["host_role"]?.string
      for copy in 0..<max(count, 0) {
        nodes.append(
          NodeJob(id: firstID + nodes.count, role: role, copy: copy, count: count, hostRole: hostRole, job: job)
        )
      }
    }
    // Connections are left out, as LAVA does it.
    let members = nodes.filter { $0.hostRole == nil }.map { node in
      YAMLValue.Pair(.string(String(node.id)), .string(node.role))
    }
    return nodes.enumerated().map { number, node in
      var job = node.job
      var pairs = job.protocols["lava-multinode"]?.mapping ?? []
      pairs.removeAll { ["target_group", "sub_id", "roles"].contains($0.key.string) }
      pairs.insert(.init("target_group", .string(group)), at: 0)
      pairs.append(.init("sub_id", .int(number)))
      pairs.append(.init("roles", .mapping(members)))
      job.protocols = ["lava-multinode": .mapping(pairs)]
      return NodeJob(
        id: node.id,
        role: node.role,
        copy: node.copy,
        count: node.count,
        hostRole: node.hostRole,
        job: job
      )
    }
  }
}
