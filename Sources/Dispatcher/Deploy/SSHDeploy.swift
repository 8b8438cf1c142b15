// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Pipeline
import YAMLDocument

/// `to: ssh` — the overlay for a device that is reached over ssh (spec jobs §5.6, multinode §7.3).
struct SSHDeploy: Strategy {
  /// The action whose call finds out the board's address.
  private static let addressAction = "prepare-scp-overlay"

  let context: JobContext
  let facts: NamespaceFacts
  /// Those of the block.
  let calls: [ProtocolCall]

  var actions: [Action] {
    Action("scp-overlay", summary: "make the overlay to be copied") {
      OverlayActions(context: context, facts: facts)
      Action(Self.addressAction, summary: "find out the device's address", run: findAddress) {
        Action("extract-rootfs", summary: "unpack the root file system", timeoutFailure: .infrastructure)
        Action("extract-modules", summary: "add the kernel's modules", timeoutFailure: .infrastructure)
      }
      DeviceEnvironment(facts: facts)
    }
  }

  /// The address that the device file has, or the one that came from the board's own job: under the first key of the
  /// call's message.
  private func findAddress(_ run: ActionRun) async throws(Failure) {
    let device = try SSHDevice(context.device)
    for option in device.unknownOptions {
      run.log(.warning, "The ssh option '\(option)' of the device has no effect here")
    }
    let own = calls.filter { $0.action == Self.addressAction && $0.request != .start && $0.message.mapping != nil }
    guard let call = own.first else {
      guard let host = device.host else {
        throw Failure(
          .configuration,
          "no-ssh-host",
          "nothing says where the device \(context.device.file) is",
          advice:
            "Set actions.deploy.methods.ssh.host; or wait for a message with the address, by 'protocols' of this action.",
        )
      }
      return context.withState(of: facts.name) { $0.hostAddress = host }
    }
    guard own.count == 1 else {
      throw Failure(
        .job,
        "several-addresses",
        "Invalid number of host_keys",
        advice: "Keep one call of '\(Self.addressAction)'."
      )
    }
    let key = call.message.mapping?.first?.key.string ?? ""
    guard let host = context.received(call.messageID, key) else {
      throw Failure(
        .job,
        "no-address",
        "Mismatched replacement key \(key) and received data",
        advice: "The host's test has to send it: lava-send \(call.messageID) \(key)=$(lava-echo-ipv4 eth0)"
      )
    }
    run.log(.debug, "The address of the host is \(host)")
    context.withState(of: facts.name) { $0.hostAddress = host }
  }
}
