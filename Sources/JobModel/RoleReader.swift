// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

extension Reading {
  /// Checks the roles of a multinode job against its actions (spec jobs §1, multinode §1). A node's own job has none.
  func checkRoles(_ top: inout MappingReader, _ actions: [JobAction]) {
    // What it is beside a mapping is told where it is read.
    guard case .mapping? = top.node("protocols")?.content, var protocols = top.mapping("protocols"),
      var multinode = protocols.mapping("lava-multinode")
    else { return }
    multinode.accept("target_group", "timeout")
    guard !multinode.has("target_group") else { return }
    var table = multinode.mapping(
      "roles",
      required: true,
      expected: "the roles: roles: {NAME: {device_type: …, count: 1}}"
    )
    multinode.close()
    guard let roles = table?.table() else { return }
    for key in ["device_type", "environment", "context", "tags"] {
      guard let entry = top.entry(key) else { continue }
      report(
        .error,
        "not-with-roles",
        "'\(key)' cannot stand at the top of a job with roles",
        at: entry.key,
        advice: "Give it to the roles under protocols.lava-multinode.roles."
      )
    }
    let names = roles.map(\.name)
    for action in actions { check(action, names) }
    for (name, entry) in roles where !actions.contains(where: { $0.common.roles.contains(name) }) {
      report(
        .warning,
        "role-without-actions",
        "no action has the role '\(name.shortened)'",
        at: entry.key,
        advice: "Name it in 'role' of its actions, or leave it out."
      )
    }
  }

  private func check(_ action: JobAction, _ names: [String]) {
    if action.common.roles.isEmpty {
      report(
        .error,
        "missing-role",
        "this action has no 'role', in a job that has roles",
        at: action.common.node,
        expected: "role: [\(names.joined(separator: ", "))]"
      )
    }
    for role in action.common.roles where !names.contains(role) {
      report(
        .error,
        "unknown-role",
        "'\(role.shortened)' is not a role of this job",
        at: action.common.node,
        expected: names.isEmpty ? nil : Expectation.one(of: names),
        suggestion: Suggestion.nearest(to: role, among: names)
      )
    }
  }
}
