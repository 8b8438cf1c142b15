// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Pipeline
import YAMLDocument

/// A boot from a medium that an earlier action has written: `commands` names one that the device has (spec jobs §6.2).
struct BootMedium: Sendable {
  /// `usb`, `sata` or `sd`.
  let name: String
  private let boot: Boot
  private let device: Device

  /// - Returns: nil where the boot is from somewhere else.
  init?(_ boot: Boot, of device: Device) {
    guard case .named(let name) = boot.commands, device.parameters["media"]?[name] != nil else { return nil }
    self.name = name
    self.boot = boot
    self.device = device
  }

  /// The keys of the boot action that are missing, each with what it says.
  var missing: [(key: String, meaning: String)] {
    let files = boot.mediumFiles
    var missing: [(key: String, meaning: String)] = []
    if files.kernel == nil { missing.append(("kernel", "the path of the kernel on the medium")) }
    if boot.method == .uBoot, files.kernelType == nil {
      missing.append(("kernel_type", "how the kernel is packed: image, uimage or zimage"))
    }
    if files.root == nil { missing.append(("root_uuid", "the root file system, such as UUID=…")) }
    if files.partition == nil {
      missing.append(("boot_part", "the number of the partition that the boot loader reads"))
    }
    return missing
  }

  /// - Throws: a job failure that names every key that is missing.
  func check() throws(Failure) {
    let missing = missing
    guard !missing.isEmpty else { return }
    throw Failure(
      .job,
      "medium-keys",
      "to boot from '\(name)' the boot action needs " + missing.map { "'\($0.key)'" }.joined(separator: ", "),
      advice: missing.map { "\($0.key) is \($0.meaning)" }.joined(separator: "; ") + "."
    )
  }

  /// The action that looks at it, by the name that it has in the method.
  static func action(_ context: JobContext, _ boot: Boot, name: String) -> Action {
    Action(
      name,
      summary: "find the kernel on the medium",
      run: { run async throws(Failure) in
        guard let medium = BootMedium(boot, of: context.device) else { return }
        try medium.check()
        run.log(.debug, "Booting \(boot.mediumFiles.kernel ?? "") from '\(medium.name)'")
      }
    )
  }
}
