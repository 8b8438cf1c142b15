// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Pipeline
import YAMLDocument

/// `reset-device` — by the lab's power switch, or by asking the running system (spec jobs §6.2).
struct ResetActions: ActionTree {
  let context: JobContext
  let namespace: String
  /// Of the boot that resets, which can say how a running system is asked to.
  var boot: Boot?

  var actions: [Action] {
    Action("reset-device", summary: "reset the board") {
      if context.device.commands.hardReset.isEmpty {
        Action("send-reboot-commands", summary: "ask the board to reboot", run: reboot)
      } else {
        Action("pdu-reboot", summary: "switch the board off and on", timeoutFailure: .infrastructure, run: powerCycle)
      }
    }
  }

  private func powerCycle(_ run: ActionRun) async throws(Failure) {
    for command in context.device.commands.hardReset {
      do throws(Failure) {
        try await context.runPower([command], run)
      } catch {
        guard error.code == JobContext.hostCommandFailed else { throw error }
        throw error.restated("Unable to reboot: '\(command)' failed")
      }
    }
    run.record("status", "success")
  }

  private func reboot(_ run: ActionRun) async throws(Failure) {
    let session = try context.session(of: namespace)
    let stated = [boot?.softReboot ?? [], context.device.commands.softReboot].first { !$0.isEmpty }
    let commands = stated ?? ["reboot", "reboot -n", "reboot -nf"]
    let message = boot?.shutdownMessage ?? context.constant("shutdown-message")?.string ?? ""
    for (index, command) in commands.enumerated() {
      try await session.type(command)
      if message.isEmpty || index == commands.count - 1 { break }
      do throws(Failure) {
        try await run.withTimeout(run.connectionTimeout) { () async throws(Failure) in
          _ = try await session.wait(for: [message])
        }
        break
      } catch {
        guard error.code == "wait-timeout" else { throw error }
      }
    }
    run.record("commands", .sequence(commands.map { .string($0) }))
  }
}
