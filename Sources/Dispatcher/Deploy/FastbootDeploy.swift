// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline

/// `to: fastboot` — flashes images, each with its own way to start the board again (spec jobs §5.11).
struct FastbootDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? { "'to: fastboot'" }

  var actions: [Action] {
    Action("fastboot-deploy", summary: "flash the images", timeoutFailure: .infrastructure) {
      if facts.needsOverlay { OverlayActions(context: context, facts: facts) }
      for image in deploy.files {
        Download(context: context, namespace: facts.name, image: image)
        if image.appliesOverlay, facts.needsOverlay {
          Action("apply-overlay-sparse-image", summary: "put the overlay into it", timeoutFailure: .infrastructure)
        }
        DeviceEnvironment(facts: facts)
      }
      if context.device.commands.hardReset.isEmpty {
        Action("enter-fastboot-action", summary: "enter fastboot", timeoutFailure: .infrastructure)
      } else {
        ConnectDevice(context: context, namespace: facts.name)
        Action("pre-power-command", summary: "run the lab's command before power", timeoutFailure: .infrastructure)
        ResetActions(context: context, namespace: facts.name)
      }
      Action("fastboot-flash-order-action", summary: "flash in the device's order", timeoutFailure: .infrastructure) {
        for image in inFlashingOrder { FlashActions(image: image) }
      }
    }
  }
}

extension FastbootDeploy {
  /// The images in the order of the device's `flash_cmds_order`; what it does not name comes last, as the job has it.
  private var inFlashingOrder: [Image] {
    let order = context.device.flashOrder
    let ranks = deploy.files.enumerated().map { (order.firstIndex(of: $1.label) ?? order.count, $0, $1) }
    return ranks.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }
}

/// The actions that flash one image.
private struct FlashActions: ActionTree {
  let image: Image

  var actions: [Action] {
    Action("read-feedback", summary: "read what the consoles have to say")
    Action("wait-device-boardid", summary: "wait for the board", timeoutFailure: .infrastructure)
    Action("fastboot-flash-action", summary: "flash '\(image.label)'", timeoutFailure: .infrastructure)
    switch image.reboot {
    case "hard-reset": Action("pdu-reboot", summary: "switch the board off and on", timeoutFailure: .infrastructure)
    case "fastboot-reboot": Action("fastboot-reboot", summary: "start the board again", timeoutFailure: .infrastructure)
    case "fastboot-reboot-bootloader":
      Action("fastboot-reboot-bootloader", summary: "start the boot loader again", timeoutFailure: .infrastructure)
    case "fastboot-reboot-fastboot":
      Action("fastboot-reboot-fastboot", summary: "start fastboot again", timeoutFailure: .infrastructure)
    default: [Action]()
    }
  }
}
