// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Events
import Files
import JobModel
import Overlay
import Pipeline
import SecureShell
import YAMLDocument

/// `ssh-authorize` — lets us, and the guests of the board, log in to it: `authorize: ssh` of a deploy (spec multinode §7.2).
///
/// The board of a group gets a host key of its own as well, and whoever of the group connects to it asks for that one.
struct SSHAuthorize: ActionTree {
  let context: JobContext
  let facts: NamespaceFacts

  var actions: [Action] {
    Action("ssh-authorize", summary: "authorize the host's key on the board", run: authorize)
  }

  private func authorize(_ run: ActionRun) async throws(Failure) {
    guard facts.authorizesSSH else { return }
    let identity = try identity()
    var authorization = SSHAuthorization(name: Paths.name(of: identity), key: try SSHPublicKey.ofIdentity(identity))
    run.log(.debug, "Authorizing the key \(identity): \(authorization.key.fingerprint)")
    if let group = context.groupName {
      let hostKey = try SSHKeyPair.make()
      authorization.hostKey = hostKey
      context.settings.keyRing.add(hostKey: hostKey.publicKey, to: group)
      run.log(.debug, "The board gets the host key \(hostKey.publicKey.fingerprint)")
    }
    context.withState(of: facts.name) { [authorization] in $0.authorization = authorization }
  }

  /// The file of the private key that is let in: the device's, or one that is made for the group.
  private func identity() throws(Failure) -> String {
    if let stated = try SSHDevice(context.device).identity { return stated }
    guard let group = context.groupName else {
      throw Failure(
        .configuration,
        "no-identity-file",
        "the device \(context.device.file) does not say which key is to be authorized",
        advice: "Set actions.deploy.methods.ssh.identity_file."
      )
    }
    let pair = try SSHKeyPair.make()
    let folder = try FileSystem.makeTemporaryFolder()
    context.removeAtEnd(folder)
    let path = Paths.join(folder, "guest")
    try FileSystem.write(pair.privateFile, to: path, mode: 0o600)
    context.settings.keyRing.set(identity: path, of: group)
    return path
  }
}

/// Who may log in to a board, and what it shows them.
struct SSHAuthorization: Sendable {
  /// The file name of our private key.
  let name: String
  let key: SSHPublicKey
  var hostKey: SSHKeyPair?

  /// What the overlay carries for it in its own folder. Not the private key, which LAVA copies there as well: the
  /// tests of a job have no business with it.
  var overlayFiles: [OverlayFile] { [OverlayFile("\(name).pub", .bytes(line))] }

  /// What it carries for the board's own folders.
  var boardFiles: [OverlayFile] {
    var files = [OverlayFile("root/.ssh/authorized_keys", .bytes(line), mode: 0o600)]
    guard let hostKey else { return files }
    let stem = "etc/ssh/ssh_host_ed25519_key"
    files.append(OverlayFile(stem, .bytes(hostKey.privateFile), mode: 0o600))
    files.append(OverlayFile("\(stem).pub", .bytes(Array("\(hostKey.publicKey.line)\n".utf8))))
    if let own = hostKey.dropbearFile {
      files.append(OverlayFile("etc/dropbear/dropbear_ed25519_host_key", .bytes(own), mode: 0o600))
    }
    return files
  }

  private var line: [UInt8] { Array("\(key.line)\n".utf8) }
}

extension JobContext {
  /// The name of the group that the job is a node of.
  var groupName: String? { job.protocols["lava-multinode"]?["target_group"]?.string }
}
