// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import JobModel
import Pipeline

/// `method: new_connection` — another console of the device (spec jobs §6.9). Without prompts it is only opened, and what
/// it prints is recorded.
struct NewConnectionBoot: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  init(context: JobContext, facts: NamespaceFacts, boot: Boot) {
    self.context = context
    self.facts = facts
    var boot = boot
    // The kernel has started already, and reports on the first console.
    boot.kernelStartMessage = boot.kernelStartMessage ?? ""
    self.boot = boot
  }

  var plannedOnly: String? { boot.plannedOnlyLogin }

  var actions: [Action] {
    Action("secondary-shell-action", summary: "log in at another console", isRetry: true) {
      Action(
        "connect-shell",
        summary: "open '\(boot.connection ?? "")'",
        timeoutFailure: .infrastructure,
        run: connect,
        cleanup: disconnect
      )
      LoginActions(context: context, facts: facts, boot: boot)
    }
  }

  private func connect(_ run: ActionRun) async throws(Failure) {
    let connections = context.device.commands.connections
    guard let connection = connections.first(where: { $0.name == boot.connection }) else {
      throw Failure(
        .configuration,
        "unknown-connection",
        "the device \(context.device.file) has no connection '\(boot.connection ?? "")'",
        advice: "Add it under commands.connections of the device."
      )
    }
    try await context.connect(to: connection.connect, namespace: facts.name, run)
  }

  private func disconnect(_ run: ActionRun) async throws(Failure) {
    await context.disconnect(namespace: facts.name)
  }
}
