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
  /// What is booted; what the boot action does not say is taken from the deploy, where older jobs have it.
  let files: MediumFiles
  private let method: Boot.Method

  /// - Returns: nil where the boot is from somewhere else.
  init?(_ boot: Boot, of context: JobContext, namespace: String) {
    guard case .named(let name) = boot.commands, context.device.parameters["media"]?[name] != nil else { return nil }
    self.name = name
    method = boot.method
    var files = boot.mediumFiles
    for action in context.job.actions where action.common.namespace == namespace {
      guard case .deploy(let deploy) = action.body, deploy.target.rawValue == name else { continue }
      files = files.filled(from: deploy.mediumFiles)
    }
    if files.kernelType == nil { files.kernelType = Self.onlyType(of: context.device) }
    self.files = files
  }

  /// The type of kernel that the device has addresses for, where that is one only: older jobs do not say it.
  private static func onlyType(of device: Device) -> KernelType? {
    let known: [(String, KernelType)] = [("bootm", .uimage), ("bootz", .zimage), ("booti", .image)]
    let possible = known.filter { device.parameters[$0.0] != nil }
    return possible.count == 1 ? possible[0].1 : nil
  }

  /// The keys of the boot action that are missing, each with what it says.
  private var missing: [(key: String, meaning: String)] {
    var missing: [(key: String, meaning: String)] = []
    if files.kernel == nil { missing.append(("kernel", "the path of the kernel on the medium")) }
    if method == .uBoot, files.kernelType == nil {
      missing.append(("kernel_type", "how the kernel is packed: image, uimage or zimage"))
    }
    if files.root == nil { missing.append(("root_uuid", "the root file system, such as UUID=…")) }
    if files.partition == nil {
      missing.append(("boot_part", "the number of the partition that the boot loader reads"))
    }
    return missing
  }

  /// What the job does not say and must; nil when nothing is missing.
  var shortcoming: Failure? {
    let missing = missing
    guard !missing.isEmpty else { return nil }
    return Failure(
      .job,
      "medium-keys",
      "to boot from '\(name)' the boot action needs " + missing.map { "'\($0.key)'" }.joined(separator: ", "),
      advice: missing.map { "\($0.key) is \($0.meaning)" }.joined(separator: "; ") + "."
    )
  }

  /// The action that tells of it, by the name that it has in the method.
  static func action(_ context: JobContext, _ boot: Boot, namespace: String, name: String) -> Action {
    Action(
      name,
      summary: "find the kernel on the medium",
      run: { run async throws(Failure) in
        guard let medium = BootMedium(boot, of: context, namespace: namespace) else { return }
        run.log(.debug, "Booting \(medium.files.kernel ?? "") from '\(medium.name)'")
      }
    )
  }
}

/// A boot whose boot loader is typed at, and which may be from a medium.
protocol BootFromMedium: Strategy {
  var context: JobContext { get }
  var facts: NamespaceFacts { get }
  var boot: Boot { get }
}

extension BootFromMedium {
  var shortcoming: Failure? { BootMedium(boot, of: context, namespace: facts.name)?.shortcoming }
}
