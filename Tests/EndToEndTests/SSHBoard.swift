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

  static let prompt = "root@[^:]+:[^#]*# "

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

  /// A job on it with one definition.
  ///
  /// - Parameters:
  ///   - steps: YAML, the items of `steps`.
  ///   - boot: more keys of the boot action, YAML.
  ///   - test: more keys of the test action, YAML.
  static func job(_ name: String, steps: String, boot: String = "", test: String = "") -> TrialJob {
    let lines = steps.split(separator: "\n").map { "            \($0)\n" }.joined()
    return TrialJob(
      text: """
        job_name: \(name)
        timeouts: {job: {minutes: 4}, action: {minutes: 2}, connection: {minutes: 1}}
        visibility: public
        actions:
        - deploy: {to: ssh, os: debian}
        - boot:
            method: ssh
            prompts: ['\(prompt)']
            \(boot)
        - test:
            \(test)
            definitions:
            - from: inline
              name: \(name)
              path: \(name).yaml
              repository:
                metadata: {format: Lava-Test Test Definition 1.0, name: \(name)}
                run:
                  steps:
        \(lines)
        """
    )
  }
}
