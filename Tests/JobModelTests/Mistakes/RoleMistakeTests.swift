// SPDX-License-Identifier: Apache-2.0

import Testing

/// Mistakes in the roles of multinode jobs.
@Suite struct RoleMistakeTests {
  private static let good = """
    job_name: group
    timeouts: {job: {minutes: 30}}
    protocols:
      lava-multinode:
        roles:
          server: {device_type: qemu, count: 1, context: {arch: amd64}}
          client: {device_type: qemu, count: 2}
    actions:
    - deploy: {to: overlay, role: [server, client]}
    - boot: {method: minimal, role: [server]}
    - command: {name: power_on, role: [client]}

    """

  @Test func theGoodGroupIsGood() throws { #expect(try jobFindings(Self.good, isStrict: true) == []) }

  @Test(arguments: mistakes) func mistake(_ mistake: Mistake) throws {
    #expect(try jobFindings(mistake.text(from: Self.good)) == mistake.findings)
  }

  private static let mistakes = [
    Mistake(
      "minimal, role: [server]",
      "minimal",
      "10:3 error missing-role: this action has no 'role', in a job that has roles | expected role: [server, client]"
    ),
    Mistake(
      "minimal, role: [server]",
      "minimal, role: [sever]",
      "10:3 error unknown-role: 'sever' is not a role of this job | expected one of: client, server | meant server"
    ),
    Mistake(
      "overlay, role: [server, client]}\n- boot: {method: minimal, role: [server]}\n- command: {name: power_on, role: [client]}",
      "overlay, role: [server]}",
      "7:7 warning role-without-actions: no action has the role 'client'"
    ),
    Mistake(
      "job_name: group",
      "job_name: group\ndevice_type: qemu\ntags: [a]",
      "2:1 error not-with-roles: 'device_type' cannot stand at the top of a job with roles",
      "3:1 error not-with-roles: 'tags' cannot stand at the top of a job with roles"
    ),
    Mistake(
      "    roles:\n      server:",
      "    role:\n      server:",
      "5:5 error unknown-key: unknown key 'role' in 'protocols.lava-multinode' of the job, which needs 'roles' | meant roles"
    ),
    Mistake(
      "count: 2}",
      "cuont: 2}",
      "7:35 error unknown-key: unknown key 'cuont' in the role 'client', which needs 'count' | meant count"
    ),
    Mistake(
      "client: {device_type: qemu, count: 2}",
      "client: {count: 2}",
      "7:7 error missing-key: the role 'client' needs 'device_type' | expected a text"
    ),
    Mistake(
      "{device_type: qemu, count: 2}",
      "{device_type: qemu, count: -1}",
      "7:42 error wrong-type: 'count' cannot be the number '-1' | expected a whole number, at least 0"
    ),
    Mistake(
      "{device_type: qemu, count: 2}",
      "{device_type: qemu, count: 2, timout: {minutes: 1}}",
      "7:45 warning unknown-key: unknown key 'timout' in the role 'client': it has no effect | meant timeout"
    ),
    // More than the job's: LAVA does not compare them.
    Mistake("{device_type: qemu, count: 2}", "{device_type: qemu, count: 2, timeout: {hours: 1}}"),
    Mistake(
      "{device_type: qemu, count: 2}",
      "{device_type: qemu, count: 2, request: lava-start, expect_role: client}",
      "7:79 error expects-itself: 'expect_role' must not be the role that waits"
    ),
    Mistake(
      "{device_type: qemu, count: 2}",
      "{device_type: qemu, count: 2, request: lava_start, expect_role: server}",
      "7:54 error unknown-value: 'lava_start' is not a known value of 'request' in the role 'client'"
        + " | expected lava-start | meant lava-start"
    ),
    Mistake(
      "{device_type: qemu, count: 2}",
      "{device_type: qemu, count: 2, request: lava-start}",
      "7:7 error missing-key: the role 'client' needs 'expect_role' | expected a text"
    ),
    Mistake(
      "{device_type: qemu, count: 2}",
      "{connection: ssh, count: 2, host_role: sever, expect_role: servr}",
      "7:54 error unknown-role: 'sever' is not a role of this job | expected one of: client, server | meant server",
      "7:74 error unknown-role: 'servr' is not a role of this job | expected one of: client, server | meant server"
    ),
    Mistake(
      "client: {device_type: qemu, count: 2}",
      "client: {connection: ssh}",
      "7:7 error missing-key: the role 'client' needs 'count' | expected how many of them there are",
      "7:7 error missing-key: the role 'client' needs 'host_role' | expected a text",
      "7:7 error missing-key: the role 'client' needs 'expect_role' | expected a text"
    ),
    Mistake(
      "count: 1, context: {arch: amd64}}\n      client: {device_type: qemu, count: 2}",
      "count: 2}\n      client: {connection: ssh, count: 2, host_role: server, expect_role: server}",
      "7:54 error several-hosts: 'server' is the host of 'client', so its count has to be 1"
    ),
    Mistake(
      "count: 1, context: {arch: amd64}}\n      client: {device_type: qemu, count: 2}",
      "count: 1, request: lava-start, expect_role: client}\n"
        + "      client: {device_type: qemu, count: 2, request: lava-start, expect_role: server}",
      "6:7 error nobody-starts: every role waits for another one to start it"
    ),
    // A node of the group, as a worker gets it.
    Mistake(
      """
          roles:
            server: {device_type: qemu, count: 1, context: {arch: amd64}}
            client: {device_type: qemu, count: 2}

      """,
      "    {target_group: g, role: client, expect_role: client, request: lava-start, anything: else}\n",
      "5:50 error expects-itself: 'expect_role' must not be the role that waits"
    ),
  ]
}
