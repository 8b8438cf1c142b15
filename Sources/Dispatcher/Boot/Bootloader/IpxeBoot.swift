// SPDX-License-Identifier: Apache-2.0

import JobModel
import Pipeline

/// `method: ipxe` — types the commands of the boot to iPXE (spec jobs §6.4).
struct IpxeBoot: BootFromMedium {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  var plannedOnly: String? { boot.plannedOnlyLogin }

  var actions: [Action] {
    Action("bootloader-action", summary: "boot with iPXE") {
      BootloaderOverlay(context: context, namespace: facts.name, boot: boot)
      ConnectDevice(context: context, namespace: facts.name)
      Action("bootloader-retry", summary: "reset, stop iPXE and let it boot", isRetry: true) {
        if boot.resets { ResetActions(context: context, namespace: facts.name, boot: boot) }
        BootloaderActions(context: context, namespace: facts.name, boot: boot)
        LoginActions(context: context, facts: facts, boot: boot)
      }
    }
  }
}
