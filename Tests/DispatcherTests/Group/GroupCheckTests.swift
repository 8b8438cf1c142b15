// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Testing

@testable import Dispatcher

/// What can be known of a group before anything boots.
@Suite struct GroupCheckTests {
  /// A group's job, each role with one inline definition of these steps.
  private func job(_ roles: [(text: String, steps: [String])], more: String = "") throws -> Job {
    let names = roles.map { String($0.text.prefix { $0 != ":" }) }
    let tests = zip(names, roles).map { name, role in
      let steps = role.steps.map { "          - \($0)\n" }.joined()
      return """
        - test:
            role: [\(name)]
            definitions:
            - from: inline
              name: \(name)
              path: \(name).yaml
              repository:
                metadata: {format: Lava-Test Test Definition 1.0, name: \(name)}
                run:
                  steps:
        \(steps)
        """
    }
    return try Sample.job(
      """
      job_name: group
      timeouts: {job: {minutes: 5}}
      protocols:
        lava-multinode:
          roles:
      \(roles.map { "      \($0.text)\n" }.joined())
      actions:
      - deploy: {to: overlay, role: [\(names.joined(separator: ", "))]}
      - boot: {method: minimal, prompts: ['# '], role: [\(names.joined(separator: ", "))]}
      \(tests.joined())
      \(more)
      """
    )
  }

  private static let server = "server: {device_type: a, count: 1}"
  private static let client = "client: {device_type: a, count: 2}"
  private static let delayed = "client: {device_type: a, count: 2, request: lava-start, expect_role: server}"

  /// The five ways to write a group that hangs.
  @Test(arguments: [
    // A sync that one role never reaches.
    (
      client, ["lava-sync a"], ["true"],
      "lava-sync 'a' of 'server' is never over: it waits for client 1, which has ended; client 2"
    ),
    // A wait that nobody sends to.
    (
      client, ["lava-wait ip"], ["lava-send ipv4 a=1"],
      "lava-wait 'ip' of 'server' is never over: it waits for anybody's message, and there are client 1, which has ended; client 2, which has ended"
    ),
    // Two that wait for each other.
    (
      client, ["lava-sync a", "lava-sync b"], ["lava-sync b", "lava-sync a"],
      "lava-sync 'a' of 'server' is never over: it waits for client 1, which waits in lava-sync 'b'; client 2"
    ),
    // A start that is never given.
    (
      delayed, ["lava-send ready"], ["true"],
      "the start by 'server' (lava_start) of 'client' is never over: it waits for server, which has ended"
    ),
    // A wait-all whose asker does not send.
    (
      client, ["lava-wait-all x"], ["lava-send x"],
      "lava-wait-all 'x' of 'server' is never over: it waits for server itself, which has not sent it; client 1; client 2"
    ),
  ])
  func groupsThatHang(_ role: String, _ server: [String], _ client: [String], message: String) throws {
    let findings = try job([(Self.server, server), (role, client)]).groupFindings.items
    #expect(findings.map(\.code).allSatisfy { $0 == "endless-wait" })
    #expect(findings.map(\.message).contains(message), "\(findings.map(\.message))")
    #expect(findings.allSatisfy { $0.place != nil })
  }

  @Test(arguments: [
    ["lava-sync a"], ["lava-send x", "lava-sync a", "lava-wait-all x client"],
    // What is not in the text may do anything.
    ["./mine.sh"], ["if true; then lava-sync a; fi"], ["lava-test-case c --shell lava-sync a"],
    ["X=a", "lava-sync $X"],
  ])
  func groupsThatMayEnd(server: [String]) throws {
    let job = try job([(Self.server, server), (Self.client, ["lava-send x", "lava-sync a"])])
    #expect(job.groupFindings.items.map(\.message) == [])
  }

  @Test func aHostThatEndsBeforeItsGuests() throws {
    let guest = "client: {connection: ssh, count: 1, host_role: server, expect_role: server, request: lava-start}"
    let job = try job([(Self.server, ["lava-send lava_start"]), (guest, ["true"])])
    #expect(job.groupFindings.items.map(\.code) == ["host-ends-first"])
    let good = try self.job([(Self.server, ["lava-send lava_start", "lava-sync end"]), (guest, ["lava-sync end"])])
    #expect(good.groupFindings.items.map(\.code) == [])
  }

  /// As seed 003 draws it: deploy and boot of the server, the message, the start; then the client's.
  @Test func theTable() throws {
    let job = try job([
      (Self.server, ["lava-send ipv4 ipaddr=$(lava-echo-ipv4 eth0)", "lava-send lava_start", "lava-sync clients"]),
      (Self.delayed, ["lava-wait ipv4", "df -h", "lava-sync clients"]),
    ])
    let table = GroupTable(job)
    #expect(table.roles == ["server", "client × 2"])
    #expect(
      table.rows == [
        ["deploy (overlay)", nil], ["boot (minimal)", nil], ["test server", nil], ["  lava-send ipv4", nil],
        ["  lava_start", nil], [nil, "(starts when server says so)"], [nil, "deploy (overlay)"],
        [nil, "boot (minimal)"],
        [nil, "test client"], [nil, "  lava-wait ipv4"], ["  lava-sync clients", "  lava-sync clients"],
      ]
    )
  }
}
