// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline

/// `to: tftp` — puts kernel, ramdisk and the like where a boot loader fetches them (spec jobs §5.3).
struct TftpDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? { "'to: tftp'" }

  var actions: [Action] {
    Action("tftp-deploy", summary: "bring the files to the tftp server") {
      if facts.needsOverlay { OverlayActions(context: context, facts: facts) }
      Downloads(context: context, namespace: facts.name, files: deploy.files)
      Action("prepare-tftp-overlay", summary: "put the overlay into them", timeoutFailure: .infrastructure) {
        Action("extract-nfsrootfs", summary: "unpack the NFS root", timeoutFailure: .infrastructure)
        Action("parse-persistent-nfs", summary: "find the NFS root that stays")
        Action("extract-overlay-ramdisk", summary: "unpack the ramdisk", timeoutFailure: .infrastructure)
        Action("extract-modules", summary: "add the kernel's modules", timeoutFailure: .infrastructure)
        if facts.needsOverlay {
          Action("apply-overlay-tftp", summary: "add the overlay", timeoutFailure: .infrastructure)
        }
        if deploy.file("kernel")?.kernelType != nil { PrepareKernel(context: context) }
        Action("configure-preseed-file", summary: "fill in the preseed file", timeoutFailure: .infrastructure)
        Action("compress-ramdisk", summary: "pack the ramdisk again", timeoutFailure: .infrastructure)
        if context.device.bootMethod("depthcharge") != nil {
          Action("prepare-kernel", summary: "make the kernel fit the boot loader") {
            Action("prepare-fit", summary: "make a flattened image tree")
          }
        }
      }
      DeviceEnvironment(facts: facts)
    }
  }
}

/// `prepare-kernel` — gives the kernel the form that the device's boot loader takes.
struct PrepareKernel: ActionTree {
  let context: JobContext

  var actions: [Action] {
    Action("prepare-kernel", summary: "make the kernel fit the boot loader") {
      if context.device.bootMethod("u-boot") != nil {
        Action("uboot-prepare-kernel", summary: "give the kernel U-Boot's header where it needs one")
      }
    }
  }
}
