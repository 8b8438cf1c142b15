// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline

/// `bootloader-interrupt` and `bootloader-commands` — stops a boot loader and types to it (spec jobs §6.2).
struct BootloaderActions: ActionTree {
  var actions: [Action] {
    Action("bootloader-interrupt", summary: "stop the boot loader", timeoutFailure: .infrastructure)
    Action(
      "bootloader-commands",
      summary: "type the commands to the boot loader",
      timeoutFailure: .infrastructure,
      defaultTimeout: .seconds(90)
    )
  }
}

/// `bootloader-overlay` — fills in the commands for the boot loader (spec jobs §7).
struct BootloaderOverlay: ActionTree {
  var actions: [Action] {
    Action("bootloader-overlay", summary: "fill in the boot loader's commands")
  }
}
