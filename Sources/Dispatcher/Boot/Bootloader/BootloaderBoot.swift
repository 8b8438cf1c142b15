// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline

/// `method: bootloader` — as far as a boot loader's prompt (spec jobs §6.10).
struct BootloaderBoot: BootFromMedium {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  var actions: [Action] {
    Action("boot-bootloader-retry", summary: "boot to the boot loader", isRetry: true) {
      BootloaderOverlay(context: context, namespace: facts.name, boot: boot)
      Action("boot-bootloader", summary: "reset and stop the boot loader") {
        if boot.resetsConnection {
          Action("reset-connection", summary: "open the console anew", isRetry: true) {
            Action(
              "disconnect-device",
              summary: "close the console",
              timeoutFailure: .infrastructure,
              run: { [context, facts] _ async throws(Failure) in await context.disconnect(namespace: facts.name) }
            )
            ConnectDevice(context: context, namespace: facts.name)
          }
        } else {
          ConnectDevice(context: context, namespace: facts.name)
        }
        if boot.resets { ResetActions(context: context, namespace: facts.name, boot: boot) }
        BootloaderActions(context: context, namespace: facts.name, boot: boot)
      }
    }
  }
}
