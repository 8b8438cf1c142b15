// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Pipeline
import YAMLDocument

/// `method: grub`, `grub-efi` — types the commands of the boot to GRUB, or follows the device's sequence (spec jobs §6.3).
struct GrubBoot: BootFromMedium {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  var plannedOnly: String? { sequence == nil ? boot.plannedOnlyLogin : "a 'sequence' of the device's 'grub'" }

  var actions: [Action] {
    if let sequence {
      Action("grub-sequence-action", summary: "boot along the device's sequence", isRetry: true) {
        for name in sequence { Action(name, summary: "a step of the device's sequence") }
        LoginActions(context: context, facts: facts, boot: boot)
      }
    } else {
      Action("grub-main-action", summary: "boot with GRUB", isRetry: true) {
        BootMedium.action(context, boot, namespace: facts.name, name: "bootloader-from-media")
        BootloaderOverlay(context: context, namespace: facts.name, boot: boot)
        ConnectDevice(context: context, namespace: facts.name)
        if boot.resets, parameters?["reset_device"] != false {
          ResetActions(context: context, namespace: facts.name, boot: boot)
        }
        if boot.method == .grubEFI {
          FirmwareMenuActions(context: context, namespace: facts.name)
        }
        BootloaderActions(context: context, namespace: facts.name, boot: boot)
        if boot.endMessages.isEmpty {
          LoginActions(context: context, facts: facts, boot: boot)
        } else {
          Action("installer-wait", summary: "wait for the installer's end", run: waitForInstaller)
          Action(
            "power-off",
            summary: "switch the board off",
            timeoutFailure: .infrastructure,
            run: { [context] run async throws(Failure) in
              try await context.runOnHost(context.device.commands.powerOff, run)
            }
          )
        }
      }
    }
  }

  private func waitForInstaller(_ run: ActionRun) async throws(Failure) {
    let session = try context.session(of: facts.name)
    run.log(.debug, "\(run.name): Wait for prompt \(boot.endMessages) (timeout \(run.remaining.clockText))")
    try await session.wait(for: boot.endMessages)
  }
}

extension GrubBoot {
  private var parameters: YAMLValue? { context.device.bootMethod(boot.method.rawValue) }

  /// The names of the actions that lead to the login, where the device says them and knows no GRUB for EFI.
  private var sequence: [String]? {
    guard context.device.bootMethod("grub-efi") == nil else { return nil }
    return context.device.bootMethod("grub")?["sequence"]?.sequence?.compactMap(\.string)
  }
}
