// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline
import YAMLDocument

/// `method: minimal` — connects, resets if asked to, and logs in; the board starts what it holds (spec jobs §6.6).
struct MinimalBoot: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  var plannedOnly: String? { boot.plannedOnlyLogin }

  var actions: [Action] {
    Action("minimal-boot", summary: "start the board as it is", isRetry: true) {
      ConnectDevice(context: context, namespace: facts.name)
      if boot.prePowerCommand {
        Action(
          "pre-power-command",
          summary: "run the lab's command before power",
          timeoutFailure: .infrastructure,
          run: command(context.device.commands.prePower, "pre_power_command")
        )
      }
      if boot.preOsCommand {
        Action(
          "pre-os-command",
          summary: "run the lab's command before the system starts",
          timeoutFailure: .infrastructure,
          run: command(context.device.commands.preOs, "pre_os_command")
        )
      }
      if boot.resets { ResetActions(context: context, namespace: facts.name, boot: boot) }
      LoginActions(context: context, facts: facts, boot: boot)
    }
  }

  private func command(_ commands: [String], _ name: String) -> Action.Step {
    { [context] run async throws(Failure) in
      try await context.runOnHost(commands, run)
      run.record("success", .string(name))
    }
  }
}
