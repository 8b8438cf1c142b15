// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Files
import JobModel
import Pipeline
import YAMLDocument

/// `method: minimal` — connects, resets if asked to, and logs in; the board starts what it holds (spec jobs §6.6).
struct MinimalBoot: ActionTree {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  var actions: [Action] {
    Action("minimal-boot", summary: "start the board as it is", isRetry: true) {
      Action(
        "connect-device",
        summary: "open the console",
        timeoutFailure: .infrastructure,
        run: connect,
        cleanup: disconnect
      )
      if boot.prePowerCommand {
        Action(
          "pre-power-command",
          timeoutFailure: .infrastructure,
          run: command(context.device.commands.prePower, "pre_power_command")
        )
      }
      if boot.preOsCommand {
        Action(
          "pre-os-command",
          timeoutFailure: .infrastructure,
          run: command(context.device.commands.preOs, "pre_os_command")
        )
      }
      if boot.resets { ResetActions(context: context, namespace: facts.name) }
      LoginActions(context: context, facts: facts, boot: boot)
    }
  }

  private func connect(_ run: ActionRun) async throws(Failure) {
    guard let command = context.device.commands.connect else {
      throw Failure(
        .configuration,
        "no-connect-command",
        "the device \(context.device.file) does not say how to connect to its console",
        advice: "Set commands.connect, such as 'telnet localhost 7001'."
      )
    }
    let folder = Paths.folder(of: Paths.absolute(context.device.file))
    let words = try ShellWords.split(command).map { $0.replacing("{DEVICE_DIR}", with: folder) }
    run.log(.info, "Connecting to device using '\(words.joined(separator: " "))'")
    try await context.connect(ConsoleCommand(words), namespace: facts.name)
  }

  private func disconnect(_ run: ActionRun) async throws(Failure) {
    await context.disconnect(namespace: facts.name)
  }

  private func command(_ commands: [String], _ name: String) -> Action.Step {
    { [context] run async throws(Failure) in
      try await context.runOnHost(commands, run)
      run.record("success", .string(name))
    }
  }
}

/// `reset-device` — by the lab's power switch, or by asking the running system (spec jobs §6.2).
struct ResetActions: ActionTree {
  let context: JobContext
  let namespace: String

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
    try await context.runOnHost(context.device.commands.hardReset, run)
    run.record("status", "success")
  }

  private func reboot(_ run: ActionRun) async throws(Failure) {
    let session = try context.session(of: namespace)
    let own = context.device.commands.softReboot
    let commands = own.isEmpty ? ["reboot", "reboot -n", "reboot -nf"] : own
    let message = context.constant("shutdown-message")?.string ?? ""
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
