// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// What a role can ask for before its nodes start.
private enum RoleRequest: String, CaseIterable {
  case start = "lava-start"
}

/// A role of a group's job, as far as roles are checked against each other.
private struct Role {
  var name: String
  var key: YAMLNode
  var count: Int?
  var hostRole: YAMLNode?
  var expectedRole: YAMLNode?
  /// Whether its nodes wait until they are told to start.
  var waits: Bool
}

extension Reading {
  /// Checks the roles of a multinode job, and against its actions (spec jobs §1, multinode §1). A node's own job has one
  /// and its actions are its own.
  func checkRoles(_ top: inout MappingReader, _ actions: [JobAction]) {
    // What it is beside a mapping is told where it is read.
    guard case .mapping? = top.node("protocols")?.content, var protocols = top.mapping("protocols"),
      var multinode = protocols.mapping("lava-multinode")
    else { return }
    multinode.accept("target_group")
    _ = multinode.node("timeout").flatMap { timeout($0, what: "the timeout of 'lava-multinode'", isBounded: false) }
    guard !multinode.has("target_group") else {
      checkNode(multinode)
      return
    }
    var table = multinode.mapping(
      "roles",
      required: true,
      expected: "the roles: roles: {NAME: {device_type: …, count: 1}}"
    )
    multinode.close()
    guard let entries = table?.table() else { return }
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
    let roles = entries.compactMap { name, entry in role(name, entry) }
    let names = entries.map(\.name)
    for role in roles { check(role, among: roles, names) }
    if !roles.isEmpty, roles.allSatisfy(\.waits) {
      report(
        .error,
        "nobody-starts",
        "every role waits for another one to start it",
        at: roles[0].key,
        advice: "Leave 'request: lava-start' out of the role that starts first."
      )
    }
    for action in actions { check(action, names) }
    for (name, entry) in entries where !actions.contains(where: { $0.common.roles.contains(name) }) {
      report(
        .warning,
        "role-without-actions",
        "no action has the role '\(name.shortened)'",
        at: entry.key,
        advice: "Name it in 'role' of its actions, or leave it out."
      )
    }
  }

  /// A role of devices, or one of connections to the device of another role.
  private func role(_ name: String, _ entry: YAMLEntry) -> Role? {
    let what = "the role '\(name.shortened)'"
    guard var reader = MappingReader(entry.value, what: what, reading: self, anchor: entry.key) else { return nil }
    reader.acceptUnlisted(["device", "worker", "tags", "environment", "essential"])
    let isConnection = reader.has("connection")
    let waits = reader.choice("request", offered: RoleRequest.allCases) != nil
    reader.correct(isConnection ? ["count", "host_role", "expect_role"] : ["count", "device_type"])
    if isConnection {
      _ = reader.filledString("connection")
    } else {
      _ = reader.filledString("device_type", required: true)
    }
    _ = reader.node("count", required: true, expected: "how many of them there are")
    let count = reader.int("count", atLeast: 0)
    let host = reader.filledString("host_role", required: isConnection)
    let expected = reader.filledString("expect_role", required: isConnection || waits)
    _ = context(&reader)
    _ = reader.node("timeout").flatMap { timeout($0, what: "the timeout of \(what)", isBounded: false) }
    let hostNode = host == nil ? nil : reader.node("host_role")
    let expectedNode = expected == nil ? nil : reader.node("expect_role")
    reader.close()
    return Role(
      name: name,
      key: entry.key,
      count: count,
      hostRole: hostNode,
      expectedRole: expectedNode,
      waits: waits
    )
  }

  private func check(_ role: Role, among roles: [Role], _ names: [String]) {
    for node in [role.hostRole, role.expectedRole].compactMap(\.self) {
      let name = node.keyText ?? ""
      if !names.contains(name) { reportUnknownRole(name, at: node, names) }
    }
    if let node = role.hostRole, let host = roles.first(where: { $0.name == node.keyText }), (host.count ?? 1) != 1 {
      report(
        .error,
        "several-hosts",
        "'\(host.name.shortened)' is the host of '\(role.name.shortened)', so its count has to be 1",
        at: node
      )
    }
    if let node = role.expectedRole, node.keyText == role.name { reportOwnRole(node) }
  }

  /// One node of a group, as LAVA hands it to a worker.
  private func checkNode(_ node: MappingReader) {
    var node = node
    if let role = node.node("role")?.keyText, let expected = node.node("expect_role"), expected.keyText == role {
      reportOwnRole(expected)
    }
    node.acceptAll()
    node.close()
  }

  private func reportOwnRole(_ node: YAMLNode) {
    report(
      .error,
      "expects-itself",
      "'expect_role' must not be the role that waits",
      at: node,
      advice: "Name the role whose test runs 'lava-send lava_start'."
    )
  }

  private func reportUnknownRole(_ name: String, at node: YAMLNode, _ names: [String]) {
    report(
      .error,
      "unknown-role",
      "'\(name.shortened)' is not a role of this job",
      at: node,
      expected: names.isEmpty ? nil : Expectation.one(of: names),
      suggestion: Suggestion.nearest(to: name, among: names)
    )
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
      reportUnknownRole(role, at: action.common.node, names)
    }
  }
}
