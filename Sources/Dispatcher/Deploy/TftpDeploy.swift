// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Files
import JobModel
import Overlay
import Pipeline
import YAMLDocument

/// `to: tftp` — puts kernel, ramdisk and the like where a boot loader fetches them (spec jobs §5.3).
struct TftpDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let deploy: Deploy

  var plannedOnly: String? {
    // A root file system on NFS, and what goes into it, is not served yet.
    let later = deploy.files.first { !["kernel", "ramdisk", "dtb", "tee"].contains($0.label) }
    return (later.map { "'\($0.label)' of 'to: tftp'" }) ?? (deploy.hasPersistentNFS ? "'persistent_nfs'" : nil)
  }

  var actions: [Action] {
    Action("tftp-deploy", summary: "bring the files to the tftp server") {
      if facts.needsOverlay { OverlayActions(context: context, facts: facts) }
      Downloads(context: context, namespace: facts.name, files: deploy.files)
      Action(
        "prepare-tftp-overlay",
        summary: "put the overlay into them",
        timeoutFailure: .infrastructure,
        finish: publish
      ) {
        Action("extract-nfsrootfs", summary: "unpack the NFS root", timeoutFailure: .infrastructure)
        Action("parse-persistent-nfs", summary: "find the NFS root that stays")
        Action(
          "extract-overlay-ramdisk",
          summary: "take the boot loader's header from the ramdisk",
          timeoutFailure: .infrastructure,
          run: openRamdisk
        )
        Action("extract-modules", summary: "add the kernel's modules", timeoutFailure: .infrastructure)
        if facts.needsOverlay {
          Action(
            "apply-overlay-tftp",
            summary: "add the overlay",
            timeoutFailure: .infrastructure,
            run: applyOverlay
          )
        }
        if deploy.file("kernel")?.kernelType != nil {
          PrepareKernel(context: context, namespace: facts.name, type: deploy.file("kernel")?.kernelType)
        }
        Action("configure-preseed-file", summary: "fill in the preseed file", timeoutFailure: .infrastructure)
        Action(
          "compress-ramdisk",
          summary: "give the ramdisk the boot loader's header",
          timeoutFailure: .infrastructure,
          run: closeRamdisk
        )
        if context.device.bootMethod("depthcharge") != nil {
          Action("prepare-kernel", summary: "make the kernel fit the boot loader") {
            Action("prepare-fit", summary: "make a flattened image tree")
          }
        }
      }
      DeviceEnvironment(facts: facts)
    }
  }

  private func path(of label: String) -> String? {
    context.withState(of: facts.name) { $0.images.last { $0.label == label }?.path }
  }

  /// A ramdisk with U-Boot's header cannot be added to: the header says its length.
  private func openRamdisk(_ run: ActionRun) async throws(Failure) {
    guard let path = path(of: "ramdisk") else { return }
    guard try UBootImage.removeHeader(of: path) else { return }
    run.log(.debug, "took U-Boot's header from \(path)")
  }

  /// The kernel unpacks archives that stand one behind the other: the overlay is one more.
  private func applyOverlay(_ run: ActionRun) async throws(Failure) {
    guard let overlay = context.withState(of: facts.name, { $0.overlay }) else { return }
    guard let path = path(of: "ramdisk") else {
      throw Failure(
        .job,
        "no-place-for-overlay",
        "the overlay has no place: 'to: tftp' has no 'ramdisk'",
        advice: "Add a ramdisk, or let the booted board fetch the overlay with 'transfer_overlay'.",
        place: deploy.files.first.map { context.job.place(of: $0.node) }
      )
    }
    try overlay.tree.append(toInitrd: path)
    run.log(.debug, "appended the overlay to \(path)")
  }

  private func closeRamdisk(_ run: ActionRun) async throws(Failure) {
    let parameters = context.device.deployParameters
    let addition = parameters["add_header"]?.string
    context.withState(of: facts.name) { $0.bootFiles.isRamdiskReadable = addition == "u-boot" || addition == "raw" }
    guard addition == "u-boot", let path = path(of: "ramdisk") else { return }
    guard let architecture = parameters["mkimage_arch"]?.string else {
      throw Failure(
        .configuration,
        "mkimage-arch",
        "the device \(context.device.file) adds U-Boot's header, and does not say for which processor",
        advice: "Set actions.deploy.parameters.mkimage_arch, such as arm64."
      )
    }
    try UBootImage(.ramdisk, architecture: architecture).addHeader(to: path)
    run.log(.debug, "gave \(path) U-Boot's header")
  }

  /// Offers the files as `<job>/tftp-deploy-<random>/<label>/<file>`.
  private func publish(_ run: ActionRun) async throws(Failure) {
    let server = try await context.tftpServer(run)
    let folder = "\(context.settings.jobID)/tftp-deploy-\(String(UInt32.random(in: .min ... .max), radix: 16))"
    let labels = Set(deploy.files.map(\.label))
    var names: [String: String] = [:]
    for image in context.withState(of: facts.name, \.images) where labels.contains(image.label) {
      let name = "\(folder)/\(image.label)/\(Paths.name(of: image.path))"
      server.publish(image.path, as: name)
      names[image.label] = name
    }
    context.withState(of: facts.name) { state in
      state.bootFiles.names = names
      state.bootFiles.kernelType = deploy.file("kernel")?.kernelType
    }
  }
}

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

extension UBootImage {
  /// Puts the header before a file's bytes.
  func addHeader(to path: String) throws(Failure) {
    let bytes = try FileSystem.read(path, limit: Int(UInt32.max))
    var sum = CRC32()
    sum.update(bytes)
    try FileSystem.writeAtomically(header(size: UInt32(bytes.count), sum: sum.value) + bytes, to: path)
  }

  /// Takes the header from a file.
  ///
  /// - Returns: whether there was one.
  static func removeHeader(of path: String) throws(Failure) -> Bool {
    let bytes = try FileSystem.read(path, limit: Int(UInt32.max))
    guard isHeader(bytes) else { return false }
    try FileSystem.writeAtomically(Array(bytes[headerLength...]), to: path)
    return true
  }
}
