// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import JobModel
import SecureShell
import Testing

@testable import Dispatcher

/// What a device file says of ssh.
@Suite struct SSHDeviceTests {
  private func device(_ method: String) throws -> Device {
    try Sample.device("commands: {}\nactions: {deploy: {methods: {ssh: \(method)}}, boot: {methods: {ssh: }}}\n")
  }

  private func target(_ method: String) throws -> SSHTarget {
    try SSHDevice(try device(method)).target("far", hostKeys: [])
  }

  @Test func whatGoesWithoutSaying() throws {
    let found = try target("{}")
    #expect(found.peer == SSHPeer(host: "far", port: 22, user: "root"))
    #expect(found.identities.isEmpty && found.usesAgent && found.passwordFile == nil)
    #expect(found.hostKeys == .knownHosts(file: nil, addsNew: false))
    #expect(try SSHDevice(try device("{}")).host == nil)
  }

  /// LAVA's own template, with what it adds on its command line (spec multinode §7.4).
  @Test func lavasOptions() throws {
    let found = try SSHDevice(
      try device(
        "{options: [-o, Compression=yes, -o, PasswordAuthentication=no, -o, LogLevel=FATAL], host: far, port: 8022, "
          + "user: admin, identity_file: dynamic_vm_keys/lava, password_file: /secret}"
      )
    )
    #expect(found.host == "far")
    #expect(found.unknownOptions.isEmpty)
    let target = found.target("far", hostKeys: [])
    #expect(target.peer == SSHPeer(host: "far", port: 8022, user: "admin"))
    #expect(target.compresses)
    #expect(target.passwordFile == nil)
    #expect(target.identities.count == 1 && target.identities[0].hasSuffix("/dynamic_vm_keys/lava"))
  }

  @Test(
    arguments: [
      ("{options: [-o, StrictHostKeyChecking=no, -o, UserKnownHostsFile=/dev/null]}", .ignored),
      ("{options: '-oStrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null'}", .ignored),
      ("{options: ['-o StrictHostKeyChecking no', '-o UserKnownHostsFile=/dev/null']}", .ignored),
      // Only both together say that nothing counts.
      ("{options: [-o, StrictHostKeyChecking=no]}", .knownHosts(file: nil, addsNew: true)),
      ("{options: [-o, UserKnownHostsFile=/dev/null]}", .knownHosts(file: "/dev/null", addsNew: false)),
      ("{options: [-o, StrictHostKeyChecking=accept-new]}", .knownHosts(file: nil, addsNew: true)),
      ("{options: [-o, UserKnownHostsFile=/lab/hosts]}", .knownHosts(file: "/lab/hosts", addsNew: false)),
    ] as [(String, HostKeyPolicy)]
  ) func howTheHostIsKnown(_ method: String, _ expected: HostKeyPolicy) throws {
    #expect(try target(method).hostKeys == expected)
  }

  @Test func aKeyOfItsOwn() throws {
    let key = try SSHKeyPair.make().publicKey
    let options = "options: [-o, StrictHostKeyChecking=no, -o, UserKnownHostsFile=/dev/null]"
    #expect(try target("{host_key: '\(key.line) a comment', \(options)}").hostKeys == .pinned([key]))
    let folder = TemporaryFolder()
    let file = folder.write("\(key.line)\n", to: "key.pub")
    #expect(try target("{host_key: \(file)}").hostKeys == .pinned([key]))
    // What we have put on the board ourselves counts before everything.
    let own = try SSHKeyPair.make().publicKey
    let found = try SSHDevice(try device("{host_key: \(file)}")).target("far", hostKeys: [own])
    #expect(found.hostKeys == .pinned([own]))
  }

  @Test func otherOptions() throws {
    let found = try SSHDevice(
      try device(
        "{options: [-4, -q, -C, -p2222, -l, me, -o, ConnectTimeout=7, -o, ServerAliveInterval=3, -o, "
          + "ServerAliveCountMax 9, -o, IdentitiesOnly=yes, -o, BatchMode=yes, -o, ProxyJump=other, -J, there]}"
      )
    )
    let target = found.target("far", hostKeys: [])
    #expect(target.peer == SSHPeer(host: "far", port: 2222, user: "me"))
    #expect(target.compresses && !target.usesAgent)
    #expect(target.connectTimeout == .seconds(7))
    #expect(target.keepAliveInterval == .seconds(3))
    #expect(target.keepAliveLimit == 9)
    #expect(found.unknownOptions == ["ProxyJump", "-J", "there"])
  }

  /// Said before anything runs.
  @Test(
    arguments: [
      ("{host: far}", "{}", []),
      ("{host: far, options: [-J, there]}", "{}", ["ssh-option-without-effect", "ssh-option-without-effect"]),
      ("{host: far, options: [-p, x]}", "{}", ["ssh-options"]),
      ("{host: far}", "{power_off: 'false'}", ["power-of-ssh-device"]),
      ("{}", "{power_off: 'false'}", []),
    ] as [(String, String, [String])]
  ) func findings(_ method: String, _ commands: String, _ expected: [String]) throws {
    let device = try Sample.device(
      "commands: \(commands)\nactions: {deploy: {methods: {ssh: \(method)}}, boot: {methods: {ssh: }}}\n"
    )
    let job = try Sample.job("job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n- deploy: {to: ssh}\n")
    #expect(job.findings(on: device).items.map(\.code) == expected)
  }

  @Test(
    arguments: [
      ("{options: [-p, '0']}", "ssh-options"), ("{options: [-p, x]}", "ssh-options"),
      ("{options: [-o]}", "ssh-options"),
      ("{options: [-o, Compression]}", "ssh-options"), ("{options: [-o, ConnectTimeout=soon]}", "ssh-options"),
      ("{host_key: ssh-ed25519 nonsense}", "ssh-host-key"),
    ]
  ) func mistakes(_ method: String, _ code: String) throws {
    let found = #expect(throws: Failure.self) { try target(method) }
    #expect(found?.code == code)
    #expect(found?.kind == .configuration)
  }
}
