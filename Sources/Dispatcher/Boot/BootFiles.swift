// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import YAMLDocument

/// What a deploy has put where a boot loader and the kernel find it.
struct BootFiles: Sendable {
  /// A root file system that a server exports.
  struct NFSRoot: Sendable, Equatable {
    let server: String
    let path: String
  }

  /// What the boot loader asks the TFTP server for, by label.
  var names: [String: String] = [:]
  var kernelType: KernelType?
  /// Whether the ramdisk, if there is one, has a form that the boot loader takes.
  var isRamdiskReadable = false
  var nfsRoot: NFSRoot?
}

extension JobContext {
  /// What the placeholders of a boot's commands stand for, in LAVA's order (spec jobs §7).
  func bootValues(of namespace: String, _ boot: Boot) throws(Failure) -> BootValues {
    let files = withState(of: namespace, \.bootFiles)
    let address = try dispatcherIP()
    let command = files.kernelType.flatMap { BootCommand($0, of: device) }
    var values = BootValues()
    values.set("SERVER_IP", settings.dispatcher.tftpAddress ?? address)
    values.set("PRESEED_CONFIG", files.names["preseed"])
    values.set("DTB", files.names["dtb"])
    values.set("RAMDISK", files.names["ramdisk"])
    values.set("INITRD", files.names["ramdisk"])
    values.set("KERNEL", files.names["kernel"])
    values.set("LAVA_MAC", device.parameters["interfaces"]?["target"]?["mac"]?.string)
    values.set("TEE", files.names["tee"])
    values.set("LAVA_DISPATCHER_IP", address)
    values.set("LAVA_JOB_ID", settings.jobID)
    if let command {
      let hasRamdisk = files.names["ramdisk"] != nil && files.isRamdiskReadable
      values.set(
        "BOOTX",
        command.line(hasRamdisk: hasRamdisk, isSized: files.names["ramdisk"] != nil, hasTee: files.names["tee"] != nil)
      )
      values.set("KERNEL_ADDR", command.kernel)
      values.set("DTB_ADDR", command.deviceTree)
      values.set("RAMDISK_ADDR", command.ramdisk)
      values.set("TEE_ADDR", command.tee)
    } else if files.kernelType != nil {
      throw Failure(
        .configuration,
        "no-boot-addresses",
        "the device \(device.file) has no addresses for the kernel's type",
        advice: "Set 'parameters.bootm', 'booti' or 'bootz' in the device file, each with kernel, ramdisk and dtb."
      )
    }
    if let root = files.nfsRoot {
      values.set("NFSROOTFS", root.path)
      values.set("NFS_SERVER_IP", root.server)
    }
    return values
  }
}
