// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Pipeline

/// `command` — one of the device's own commands (spec jobs §8).
struct UserCommand: Strategy {
  let name: String

  var plannedOnly: String? { "'command'" }

  var actions: [Action] {
    Action("user-command", summary: "run the device's '\(name)'", timeoutFailure: .infrastructure)
  }
}
