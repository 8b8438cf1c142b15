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
  ]
}
