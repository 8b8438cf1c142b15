// SPDX-License-Identifier: Apache-2.0

import Archives
import Diagnostics
import Events
import Files
import JobModel
import Overlay
import Pipeline
import YAMLDocument

/// The ramdisk of a deploy: what is put into it stands behind it as another cpio archive, for the kernel unpacks one after
/// the other. Nothing is unpacked on this host, and none of it needs root (spec jobs §5.3).
struct Ramdisk: Sendable {
  let context: JobContext
  let namespace: String
  let image: Image

  private var path: String? { context.path(of: image.label, in: namespace) }

  /// Whether anything may be put into it. Else it stays as it is, with its header, which may be signed.
  var isChangeable: Bool { image.takesModules || image.takesOverlay }

  /// Takes the boot loader's header, which says the length; and looks what is in it.
  func open(_ run: ActionRun) throws(Failure) {
    guard isChangeable, let path else { return }
    if try UBootImage.removeHeader(of: path) { run.log(.debug, "took U-Boot's header from \(path)") }
    let listing = try InitrdListing(of: path)
    if !listing.isComplete {
      run.log(.debug, "what the ramdisk holds is not known: it is packed in an unknown way, or no cpio archive")
    }
    context.withState(of: namespace) { $0.ramdisk = listing }
  }

  /// Adds the kernel's modules.
  ///
  /// - Parameter archive: of the modules, on this host.
  func add(modules archive: String, _ run: ActionRun) throws(Failure) {
    guard let path else { return }
    var rules = UnpackingRules()
    // `build` and `source` lead to where the kernel was built.
    rules.allowsOuterLinks = true
    let tree = try ArchiveTree(unpacking: archive, to: "\(archive).files", rules: rules)
    try append(tree.entries, to: path)
    run.log(.debug, "appended the modules to \(path)")
  }

  /// Adds the overlay.
  func addOverlay(_ run: ActionRun) throws(Failure) {
    let machine = context.withState(of: namespace) { $0.ramdisk?.machine }
    guard let path, let overlay = try context.overlay(of: namespace, for: machine, run) else { return }
    try append(overlay.tree.rootEntries, to: path)
    run.log(.debug, "appended the overlay to \(path)")
  }

  private func append(_ entries: [ArchiveEntry], to path: String) throws(Failure) {
    let additions = context.withState(of: namespace) { $0.ramdisk?.additions(entries) ?? entries }
    try ArchiveWriter(.cpioNewc).append(additions, to: path)
  }

  /// Adds a file.
  func add(_ bytes: [UInt8], as name: String) throws(Failure) {
    guard let path else { return }
    try append([ArchiveEntry(name, mode: 0o644, .file(.bytes(bytes)))], to: path)
  }

  /// Gives it the header that the device wants.
  func close(_ run: ActionRun) throws(Failure) {
    guard isChangeable else { return }
    let parameters = context.device.deployParameters
    guard parameters["add_header"]?.string == "u-boot", let path else { return }
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
}
