// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Files
import JobModel
import Overlay
import Pipeline
import SecureShell
import YAMLDocument

/// `method: ssh` — logs in to a running system, and copies and unpacks the overlay there (spec jobs §6.5, multinode §7.4).
///
/// One connection serves the copying and then the shell, in this order: what LAVA has a shell for before (`mkdir`) is not
/// needed for the name that the tarball has on the board.
struct SSHBoot: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  init(context: JobContext, facts: NamespaceFacts, boot: Boot) {
    self.context = context
    self.facts = facts
    var boot = boot
    // No kernel starts here.
    boot.kernelStartMessage = ""
    boot.ignoresKernelMessages = true
    self.boot = boot
  }

  var plannedOnly: String? { boot.plannedOnlyLogin }

  var actions: [Action] {
    Action("login-ssh", summary: "log in over ssh", isRetry: true) {
      Action(
        "scp-deploy",
        summary: "copy the overlay to the device",
        timeoutFailure: .infrastructure,
        run: copy,
        cleanup: disconnect
      )
      Action("prepare-ssh", summary: "find out the device's address", run: checkAddress)
      Action("ssh-connection", summary: "open the ssh session", timeoutFailure: .infrastructure, run: openShell)
      LoginActions(context: context, facts: facts, boot: boot)
      Action("scp-overlay-unpack", summary: "unpack the overlay on the device", run: unpack)
    }
  }

  // MARK: The connection

  private func target() throws(Failure) -> SSHTarget {
    guard let host = context.withState(of: facts.name, { $0.hostAddress }) else {
      throw Failure(
        .job,
        "no-address",
        "Unable to retrieve the address of the host - missing ssh deploy?",
        advice: "Put 'deploy: {to: ssh}' before the boot, in the same namespace."
      )
    }
    let device = try SSHDevice(context.device)
    guard let group = context.groupName else { return device.target(host, hostKeys: []) }
    let ring = context.settings.keyRing
    var target = device.target(host, hostKeys: ring.hostKeys(of: group))
    if let own = ring.identity(of: group), target.identities.isEmpty { target.identities = [own] }
    return target
  }

  private func copy(_ run: ActionRun) async throws(Failure) {
    let target = try target()
    run.log(.info, "Connecting to \(target.peer) by ssh")
    if target.hostKeys == .ignored { run.log(.warning, "The device file has its host key not asked for") }
    let connection = try await SSHConnection.open(target)
    context.withState(of: facts.name) { $0.link = connection }
    let overlay = try await overlay(for: connection, run)
    let path = remotePath(overlay)
    let size = try FileSystem.size(of: overlay.tarball)
    let method = try await connection.upload(overlay.tarball, to: path) { run.report($0, of: size) }
    run.log(.debug, "Copied \(overlay.tarball) to \(target.peer):\(path) by \(method.rawValue)")
    run.record("success", "ssh deployment")
  }

  /// LAVA needs `hostID` and `host_key` in the boot of a guest, and to be those of the deploy.
  private func checkAddress(_ run: ActionRun) async throws(Failure) {
    guard let id = boot.hostID else { return }
    guard context.received(id, boot.hostKey ?? "") != nil else {
      throw Failure(
        .job,
        "no-address",
        "Unable to retrieve \(id) - missing ssh deploy?",
        advice: "'hostID' is the messageID of the deploy's call, 'host_key' the key of its message."
      )
    }
  }

  private func openShell(_ run: ActionRun) async throws(Failure) {
    let target = try target()
    guard let connection = context.withState(of: facts.name, { $0.link }) else { throw Self.closed(target.peer) }
    try await context.connect(.ssh(target, over: connection), namespace: facts.name, isLink: true)
  }

  private static func closed(_ peer: SSHPeer) -> Failure {
    Failure(.bug, "no-ssh-connection", "there is no connection to \(peer)")
  }

  private func disconnect(_ run: ActionRun) async throws(Failure) {
    await context.disconnect(namespace: facts.name)
    let link = context.withState(of: facts.name) { $0.link.take() }
    await link?.close()
  }

  // MARK: The overlay

  /// The overlay with the helpers of the board only: where nobody has said which those are, it is asked.
  private func overlay(for connection: SSHConnection, _ run: ActionRun) async throws(Failure) -> OverlayArtefact {
    guard let overlay = context.withState(of: facts.name, { $0.overlay }) else {
      throw Failure(
        .job,
        "no-overlay",
        "there is no overlay in namespace '\(facts.name)'",
        advice: "Put 'deploy: {to: ssh}' before the boot."
      )
    }
    guard overlay.request.helpers == .all else { return overlay }
    let machine = try await connection.execute("uname -m").text
    guard let architecture = Architecture(named: machine) else {
      run.log(
        .warning,
        "The board calls its machine '\(machine.prefix(40))': it gets the helpers of every architecture"
      )
      return overlay
    }
    run.log(.debug, "The board is \(machine): it gets the helpers of \(architecture.rawValue)")
    return try context.narrow(overlay, of: facts.name, to: architecture)
  }

  /// `/<job>-overlay-<level>.tar.gz` (spec test-shell §1.4).
  private func remotePath(_ overlay: OverlayArtefact) -> String {
    "/\(context.settings.jobID)-\(Paths.name(of: overlay.tarball))"
  }

  private func unpack(_ run: ActionRun) async throws(Failure) {
    guard let overlay = context.withState(of: facts.name, { $0.overlay }) else { return }
    let session = try context.session(of: facts.name)
    if session.prompts.isEmpty { session.setPrompts([context.constant("default-shell-prompt")?.string ?? ""]) }
    let flags = context.deploymentData(of: facts.name)?.tarFlags.map { "\($0) " } ?? ""
    try await session.runChecked("tar \(flags)-C / -xzf \(remotePath(overlay))", run)
  }
}
