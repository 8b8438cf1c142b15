// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Pipeline
import YAMLDocument

/// `prepare-kernel` — gives the kernel the form that the device's boot loader takes.
struct PrepareKernel: ActionTree {
  let context: JobContext
  let namespace: String
  let type: KernelType?

  var actions: [Action] {
    Action("prepare-kernel", summary: "make the kernel fit the boot loader") {
      if context.device.bootMethod("u-boot") != nil {
        Action(
          "uboot-prepare-kernel",
          summary: "give the kernel U-Boot's header where it needs one",
          run: prepare
        )
      }
    }
  }

  private func prepare(_ run: ActionRun) async throws(Failure) {
    guard let type, let command = BootCommand(type, of: context.device) else { return }
    run.log(.debug, "Using kernel with '\(command.name)' at \(command.kernel)")
    guard command.convertsKernel, type != .uimage,
      let path = context.withState(of: namespace, { $0.images.last { $0.label == "kernel" }?.path }),
      let address = UInt32(command.kernel.dropFirst(2), radix: 16)
    else { return }
    let architecture = context.device.deployParameters["mkimage_arch"]?.string ?? ""
    try UBootImage(.kernel, architecture: architecture, address: address).addHeader(to: path)
    run.log(.debug, "gave \(path) U-Boot's header")
  }
}
