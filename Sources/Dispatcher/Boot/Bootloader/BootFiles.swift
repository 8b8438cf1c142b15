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

  /// A root file system that a server offers as a block device.
  struct NBDRoot: Sendable, Equatable {
    let server: String
    let port: Int
  }

  /// What the boot loader asks the TFTP server for, by label.
  var names: [String: String] = [:]
  var kernelType: KernelType?
  /// Whether the ramdisk, if there is one, has a form that the boot loader takes.
  var isRamdiskReadable = false
  var nfsRoot: NFSRoot?
  var nbdRoot: NBDRoot?
  /// The folder of the `extra_files`, as the boot loader names it.
  var extraFolder: String?

  /// The device trees that are laid over the first, in the order of the job.
  var deviceTreeOverlays: [String] {
    var found: [String] = []
    while let name = names["dtbo\(found.count)"] { found.append(name) }
    return found
  }
}

extension JobContext {
  /// What the placeholders of a boot's commands stand for, in LAVA's order (spec jobs §7).
  func bootValues(of namespace: String, _ boot: Boot) throws(Failure) -> BootValues {
    let medium = BootMedium(boot, of: self, namespace: namespace)
    let files = bootFiles(of: namespace, medium)
    let address = try dispatcherIP()
    let method = device.bootMethod(boot.bootloader ?? boot.method.rawValue)?["parameters"]
    let ramdisk = files.names["ramdisk"] ?? files.names["initrd"]
    var values = BootValues()
    values.set("SERVER_IP", settings.dispatcher.tftpAddress ?? address)
    values.set("PRESEED_CONFIG", files.names["preseed"])
    values.set("PRESEED_LOCAL", files.names["preseed"]?.split(separator: "/").last.map(String.init))
    values.set("DTB", files.names["dtb"])
    values.set("RAMDISK", ramdisk)
    values.set("INITRD", ramdisk)
    values.set("KERNEL", files.names["kernel"])
    values.set(
      "LAVA_MAC",
      method?["lava_mac"]?.string ?? device.parameters["interfaces"]?["target"]?["mac"]?.string
    )
    values.set("TEE", files.names["tee"])
    let overlays = files.deviceTreeOverlays
    let base = overlays.isEmpty ? nil : files.kernelType.flatMap { BootCommand($0, of: device) }
    values.set("DTB_BASE_ADDR", base.flatMap { BootCommand.text(device.parameters["dtb_base_addr"]) ?? $0.deviceTree })
    values.set("DTB_BASE_RESIZE", base.flatMap { _ in BootCommand.text(device.parameters["dtb_base_resize"]) })
    values.set("LAVA_DISPATCHER_IP", address)
    values.set("LAVA_JOB_ID", settings.jobID)
    try setAddresses(&values, files, overlays)
    if let root = files.nfsRoot {
      values.set("NFSROOTFS", root.path)
      values.set("NFS_SERVER_IP", root.server)
    }
    if let root = files.nbdRoot {
      values.set("NBDSERVERIP", root.server)
      values.set("NBDSERVERPORT", String(root.port))
    }
    values.set("ROOT", medium?.files.root)
    values.set("ROOT_PART", medium?.files.partition)
    values.set("EXTRA_FILES_DIR", files.extraFolder)
    return values
  }

  /// What the deploy has brought, or what is on the medium that the boot is from.
  private func bootFiles(of namespace: String, _ medium: BootMedium?) -> BootFiles {
    var files = withState(of: namespace, \.bootFiles)
    guard let own = medium?.files else { return files }
    files.names = ["kernel": own.kernel, "ramdisk": own.ramdisk, "dtb": own.deviceTree].compactMapValues(\.self)
    files.kernelType = own.kernelType
    let addition = device.deployParameters["add_header"]?.string
    files.isRamdiskReadable = addition == "u-boot" || addition == "raw"
    return files
  }

  /// Where in memory the boot loader puts what it fetches, and how it starts the kernel there.
  private func setAddresses(
    _ values: inout BootValues,
    _ files: BootFiles,
    _ overlays: [String]
  ) throws(Failure) {
    guard let type = files.kernelType else { return }
    guard let command = BootCommand(type, of: device) else {
      throw Failure(
        .configuration,
        "no-boot-addresses",
        "the device \(device.file) has no addresses for the kernel's type",
        advice: "Set 'parameters.bootm', 'booti' or 'bootz' in the device file, each with kernel, ramdisk and dtb."
      )
    }
    for (index, name) in overlays.enumerated() { values.set("DTBO\(index)", name) }
    if !overlays.isEmpty { values.set("DTBO_ADDR", command.deviceTreeOverlay) }
    let isRaw = device.deployParameters["add_header"]?.string == "raw"
    let hasRamdisk = files.names["ramdisk"] != nil && files.isRamdiskReadable
    let hasInitrd = files.names["initrd"] != nil
    values.set(
      "BOOTX",
      command.line(
        hasRamdisk: hasRamdisk || hasInitrd,
        isSized: hasInitrd || isRaw,
        hasTee: files.names["tee"] != nil
      )
    )
    values.set("KERNEL_ADDR", command.kernel)
    values.set("DTB_ADDR", command.deviceTree)
    values.set("RAMDISK_ADDR", command.ramdisk)
    values.set("TEE_ADDR", command.tee)
  }
}
