// SPDX-License-Identifier: Apache-2.0

import JobModel
import Pipeline

/// `method: u-boot` — types the commands of the boot to U-Boot (spec jobs §6.2).
struct UBoot: BootFromMedium {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  var plannedOnly: String? { boot.plannedOnlyLogin }

  var actions: [Action] {
    Action("uboot-action", summary: "boot with U-Boot", isRetry: true) {
      BootMedium.action(context, boot, namespace: facts.name, name: "uboot-from-media")
      BootloaderOverlay(context: context, namespace: facts.name, boot: boot)
      ConnectDevice(context: context, namespace: facts.name)
      Action("uboot-commands", summary: "reset, stop U-Boot and let it boot") {
        if boot.resets { ResetActions(context: context, namespace: facts.name, boot: boot) }
        BootloaderActions(context: context, namespace: facts.name, boot: boot)
        LoginActions(context: context, facts: facts, boot: boot)
      }
    }
  }
}
