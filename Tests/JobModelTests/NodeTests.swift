// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Testing
import YAMLDocument

/// How the job of a group is split into the jobs of its nodes (spec multinode §2).
@Suite struct NodeTests {
  private static let group = """
    job_name: group
    visibility: public
    timeouts: {job: {minutes: 5}}
    protocols:
      lava-multinode:
        timeout: {minutes: 4}
        roles:
          server: {device_type: qemu, count: 1, context: {arch: amd64}, timeout: {minutes: 2}}
          client: {device_type: other, count: 2, environment: {A: b}, tags: [x], request: lava-start,
                   expect_role: server}
    actions:
      - deploy: {role: [server, client], to: overlay}
      - boot: {role: [server], method: minimal, prompts: ['a: ']}
      - boot: {role: [client], method: minimal, prompts: ['b: ']}
    """

  private func job() throws -> Job {
    try #require(Job(Reading(try YAMLDocument(parsing: Array(Self.group.utf8), file: "group"))))
  }

  @Test func aRoleKeepsItsOwnActionsAndValues() throws {
    let server = try #require(try job().node(of: "server"))
    #expect(server.actions.count == 2)
    #expect(server.deviceType == "qemu")
    #expect(server.context == ["arch": "amd64"])
    let client = try #require(try job().node(of: "client"))
    guard case .boot(let boot) = client.actions[1].body else {
      Issue.record("the client's second action is no boot")
      return
    }
    #expect(boot.prompts == ["b: "])
    #expect(client.environment == ["A": "b"])
    #expect(client.tags == ["x"])
  }

  /// `sub_id` counts over the copies of the roles before it; the protocol's own `timeout` counts before the role's.
  @Test func theProtocolOfANode() throws {
    let client = try #require(try job().node(of: "client"))
    #expect(client.isNode && client.roles.isEmpty)
    let multinode = client.protocols["lava-multinode"]
    #expect(multinode?["role"] == "client")
    #expect(multinode?["group_size"] == 3)
    #expect(multinode?["sub_id"] == 1)
    #expect(multinode?["request"] == "lava-start")
    #expect(multinode?["count"] == nil && multinode?["device_type"] == nil && multinode?["roles"] == nil)
    let server = try #require(try job().node(of: "server"))
    #expect(server.protocols["lava-multinode"]?["sub_id"] == 0)
    #expect(server.protocols["lava-multinode"]?["timeout"] == ["minutes": 4])
  }

  /// Consecutive ids, role by role; connections are no members of `lava-group` (spec multinode §2).
  @Test func allNodes() throws {
    let text = """
      job_name: group
      timeouts: {job: {minutes: 5}}
      protocols:
        lava-multinode:
          roles:
            guest: {connection: ssh, count: 3, host_role: host, expect_role: host, request: lava-start,
                    timeout: {minutes: 15}}
            host: {device_type: mustang, count: 1, essential: true}
      actions:
        - deploy: {role: [host, guest], to: overlay}
      """
    let job = try #require(Job(Reading(try YAMLDocument(parsing: Array(text.utf8), file: "group"))))
    let nodes = job.nodes(firstID: 5001, group: "g")
    #expect(nodes.map(\.id) == [5001, 5002, 5003, 5004])
    #expect(nodes.map(\.label) == ["guest 1", "guest 2", "guest 3", "host"])
    #expect(nodes.map { $0.job.protocols["lava-multinode"]?["sub_id"]?.int } == [0, 1, 2, 3])
    #expect(nodes.map(\.hostRole) == ["host", "host", "host", nil])
    let facts = try nodes.map { try #require(NodeFacts($0.job)) }
    #expect(facts.map(\.size) == [4, 4, 4, 4])
    #expect(facts.map(\.group) == ["g", "g", "g", "g"])
    #expect(facts.map(\.expectedRole) == ["host", "host", "host", nil])
    #expect(facts.map(\.timeout) == [.seconds(900), .seconds(900), .seconds(900), nil])
    #expect(facts.map(\.isEssential) == [false, false, false, true])
    for fact in facts { #expect(fact.members.map { "\($0.id) \($0.role)" } == ["5004 host"]) }
  }

  @Test func thereIsNoSuchRole() throws {
    #expect(try job().node(of: "guest") == nil)
  }
}
