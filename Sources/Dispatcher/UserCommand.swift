// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Pipeline

/// `command` — one of the device's own commands (spec jobs §8).
struct UserCommand: Strategy {
  /// The commands that every device has, as far as its file says what they do.
  static let builtIn = [
    "pre_power_command", "pre_os_command", "hard_reset", "power_on", "power_off", "recovery_mode", "recovery_exit",
    "usbg_ms_commands_disable", "stop_test_services",
  ]

  let name: String

  var plannedOnly: String? { "'command'" }

  var actions: [Action] {
    Action("user-command", summary: "run the device's '\(name)'", timeoutFailure: .infrastructure)
  }
}
