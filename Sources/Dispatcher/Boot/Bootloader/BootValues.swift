// SPDX-License-Identifier: Apache-2.0

import JobModel
import YAMLDocument

/// What the placeholders in a boot loader's commands stand for (spec jobs §7).
struct BootValues: Sendable, Equatable {
  private struct Entry: Sendable, Equatable {
    let placeholder: String
    let value: String?
  }

  /// In LAVA's order: a value that holds a placeholder of a later one is filled in as well.
  private var entries: [Entry] = []

  /// Gives a placeholder, written without its braces, a value; one without a value, or with an empty one, takes the
  /// lines that it stands in away.
  mutating func set(_ name: String, _ value: String?) {
    entries.append(Entry(placeholder: "{\(name)}", value: value.flatMap { $0.isEmpty ? nil : $0 }))
  }

  /// What was set last for a placeholder, written without its braces.
  subscript(_ name: String) -> String? { entries.last { $0.placeholder == "{\(name)}" }?.value }

  /// The commands as they are typed. Placeholders that nobody knows stay as they are.
  func fill(_ lines: [String]) -> [String] {
    lines.compactMap { line in
      var line = line
      for entry in entries where line.contains(entry.placeholder) {
        guard let value = entry.value else { return nil }
        line = line.replacing(entry.placeholder, with: value)
      }
      return line
    }
  }
}

/// How a boot loader starts a kernel that is in memory: `bootm`, `bootz` or `booti` with three addresses (spec jobs §7,
/// `{BOOTX}`).
struct BootCommand: Sendable, Equatable {
  /// Also the key under the device's `parameters` that has the addresses.
  let name: String
  let kernel: String
  let ramdisk: String?
  let deviceTree: String?
  /// Where a device tree goes that is laid over the first.
  let deviceTreeOverlay: String?
  let tee: String?

  /// Whether the kernel must get U-Boot's header: the device has no command for it as it is.
  let convertsKernel: Bool

  /// - Returns: nil where the device has no addresses for this type of kernel.
  init?(_ type: KernelType, of device: Device) {
    let own =
      switch type {
      case .uimage: "bootm"
      case .zimage: "bootz"
      case .image: "booti"
      }
    let name = device.parameters[own] == nil ? "bootm" : own
    guard let addresses = device.parameters[name], let kernel = Self.text(addresses["kernel"]) else { return nil }
    self.name = name
    self.kernel = kernel
    convertsKernel = name != own
    ramdisk = Self.text(addresses["ramdisk"])
    deviceTree = Self.text(addresses["dtb"])
    deviceTreeOverlay = Self.text(addresses["dtbo"])
    tee = Self.text(addresses["tee"])
  }

  /// The line that starts the kernel.
  ///
  /// - Parameters:
  ///   - hasRamdisk: whether a ramdisk is at its address, in a form that the boot loader takes.
  ///   - isSized: whether the ramdisk's length follows its address.
  ///   - hasTee: whether a trusted execution environment is started, which starts the kernel.
  func line(hasRamdisk: Bool, isSized: Bool, hasTee: Bool) -> String {
    let first = hasTee ? tee ?? kernel : kernel
    let second = hasRamdisk ? (ramdisk ?? "-") + (isSized ? ":${initrd_size}" : "") : "-"
    return [name, first, second, deviceTree ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// An address: YAML reads `0x82000000` as a number, which boot loaders are told in hexadecimal.
  static func text(_ value: YAMLValue?) -> String? {
    if let number = value?.int { return "0x" + String(number, radix: 16) }
    return value?.string
  }
}
