// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostTools
import Testing

/// A board that is reached over ssh: a server within the namespaces of the namespace board.
struct SSHBoard {
  /// A server logs users in, which takes the whole user root.
  static var isPossible: Bool { geteuid() == 0 && Checkout.hasNamespaces && SSHServer.Kind.openSSH.isInstalled }

  /// Why it is not.
  static let reason: Comment = "this needs root, namespaces and the package openssh-server"

  let server: SSHServer
  let folder = TemporaryFolder()

  /// - Parameters:
  ///   - prepare: lines for the board's shell that are run before its server starts.
  ///   - hasSFTP: whether sshd knows an SFTP server.
  init(_ kind: SSHServer.Kind = .openSSH, prepare: String = "", hasSFTP: Bool = true) async {
    server = await SSHServer(kind, in: Checkout.namespaceShell, prepare: prepare, hasSFTP: hasSFTP)
  }

  /// The device file.
  ///
  /// - Parameters:
  ///   - hostKey: its key as the device has it.
  ///   - identity: the file of our key.
  ///   - more: keys of the method, YAML.
  func device(hostKey: String? = nil, identity: String? = nil, more: String = "") -> String {
    folder.write(
      """
      extends: ssh
      hostname: far
      devicetype: ssh
      dispatcher_ip: 127.0.0.1
      actions:
        deploy:
          methods:
            ssh:
              host: 127.0.0.1
              port: \(server.port)
              identity_file: \(identity ?? server.identity)
              host_key: \(hostKey ?? server.hostKey)
              \(more)

      """,
      to: "device.yaml"
    )
  }

  /// The device file of a namespace board that other nodes of its group log in to: with an `/etc` that can be written, as
  /// boards have it. Its server is started by its test.
  static func hostDevice(in folder: TemporaryFolder, port: Int) -> String {
    let key = folder.file("lab")
    #expect(run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]).status == 0)
    let connect = folder.write(
      """
      #!/bin/sh
      exec '\(Checkout.namespaceShell)' sh -c '
        cp -a /etc /root/etc && mount --bind /root/etc /etc && cp /root/.bashrc /root/.bash_profile
        mkdir -p /run/sshd && exec bash -i'
      """,
      to: "connect"
    )
    #expect(run(["chmod", "+x", connect]).status == 0)
    return folder.write(
      """
      extends: minimal
      hostname: host
      devicetype: host
      dispatcher_ip: 127.0.0.1
      commands: {connect: \(connect)}
      constants: {kernel-start-message: ''}
      actions:
        deploy: {methods: {ssh: {identity_file: lab, port: \(port)}}}
        boot: {methods: {ssh: }}

      """,
      to: "device.yaml"
    )
  }

  /// What starts the server of such a board, with the host key that has come with the overlay.
  static func serverCommand(port: Int) -> String {
    "/usr/sbin/sshd -p \(port) -h /etc/ssh/ssh_host_ed25519_key -o ListenAddress=127.0.0.1 -o UsePAM=no "
      + "-o PidFile=none -o UseDNS=no -o PermitRootLogin=yes -o PrintMotd=no -o PrintLastLog=no"
  }

  /// A job on it with one definition.
  ///
  /// - Parameters:
  ///   - steps: YAML, the items of `steps`.
  ///   - boot: more keys of the boot action, YAML.
  ///   - test: more keys of the test action, YAML.
  static func job(_ name: String, steps: String, boot: String = "", test: String = "") -> TrialJob {
    TrialJob(JobText(name, actions: [deploy(), self.boot(boot), .test([.inline(name, steps: steps)], test)]))
  }

  /// - Parameter keys: more keys, YAML.
  static func deploy(_ keys: String = "") -> ActionText { ActionText("deploy", "to: ssh", "os: debian", keys) }

  /// - Parameter keys: more keys, YAML.
  static func boot(_ keys: String) -> ActionText {
    ActionText("boot", "method: ssh", "prompts: ['\(JobText.prompt)']", keys)
  }
}
