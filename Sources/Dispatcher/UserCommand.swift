// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Pipeline

/// `command` — one of the device's own commands, or of those that every device can have (spec jobs §8). What it did is
/// taken back at the end of the job.
struct UserCommand: Strategy {
  /// The commands that every device has, as far as its file says what they do.
  static let builtIn = [
    "pre_power_command", "pre_os_command", "hard_reset", "power_on", "power_off", "recovery_mode", "recovery_exit",
    "usbg_ms_commands_disable", stopServices,
  ]
  /// Those of the power switch.
  private static let powerCommands = ["hard_reset", "power_on", "power_off"]
  /// There are no services of tests here that could be stopped.
  static let stopServices = "stop_test_services"

  let context: JobContext
  let name: String

  var plannedOnly: String? { name == Self.stopServices ? "'command: \(name)'" : nil }

  var actions: [Action] {
    let hasRun = Flag()
    Action(
      "user-command",
      summary: "run the device's '\(name)'",
      timeoutFailure: .infrastructure,
      run: { run async throws(Failure) in
        guard let commands = context.device.commands.commands(named: name) else {
          throw Failure(
            .configuration,
            "unknown-command",
            "the device \(context.device.file) has no command '\(name)'",
            advice: "Add it under 'commands' of the device."
          )
        }
        run.log(.debug, "Running user command '\(name)'")
        hasRun.raise()
        if Self.powerCommands.contains(name) {
          try await context.runPower(commands.run, run)
        } else {
          try await context.runOnHost(commands.run, run)
        }
      },
      cleanup: { run async throws(Failure) in
        guard hasRun.lower(), let undo = context.device.commands.commands(named: name)?.undo, !undo.isEmpty else {
          return
        }
        run.log(.debug, "Running cleanup for user command '\(name)'")
        try await context.runOnHost(undo, run)
      }
    )
  }
}

extension DeviceCommands {
  /// What a `command` action of a name runs; nil where the device does not say.
  func commands(named name: String) -> UserCommands? {
    if let own = users.first(where: { $0.name == name }) { return own }
    let builtIn: [String]? =
      switch name {
      case "pre_power_command": prePower
      case "pre_os_command": preOs
      case "hard_reset": hardReset
      case "power_on": powerOn
      case "power_off": powerOff
      default: others[name]
      }
    guard let builtIn, !builtIn.isEmpty else { return nil }
    return UserCommands(name: name, run: builtIn, undo: [])
  }
}
