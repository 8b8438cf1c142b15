// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

// What a device file says of its methods (spec jobs §9), as far as it is used here. LAVA's templates write more, and
// the methods of a device type are often more than a device has: nothing has to be there.

/// The methods whose parameters are looked at.
enum OwnMethod: String, CaseIterable {
  case barebox, grub, image, ipxe, minimal, overlay, qemu, ssh
  case grubEFI = "grub-efi"
  case qemuNFS = "qemu-nfs"
  case uBoot = "u-boot"
}

extension Reading {
  /// The parameters of a method of `actions.deploy`.
  func checkDeployMethod(_ name: OwnMethod, _ method: inout MappingReader) {
    switch name {
    case .image:
      if var parameters = method.mapping("parameters") { checkGuest(&parameters) }
    case .ssh:
      checkSSH(&method)
    default:
      method.acceptAll()
    }
    method.acceptOthers()
    method.close()
  }

  /// The drive that carries the overlay.
  private func checkGuest(_ parameters: inout MappingReader) {
    if var guest = parameters.mapping("guest") {
      _ = guest.int("size", atLeast: 1)
      _ = guest.filledString("interface")
      _ = guest.filledString("driveid")
      guest.acceptOthers()
      guest.close()
    }
    parameters.acceptOthers()
    parameters.close()
  }

  private func checkSSH(_ method: inout MappingReader) {
    for name in ["host", "user", "identity_file", "password_file", "host_key"] { _ = method.optionalText(name) }
    checkPort(&method)
    checkWords("options", &method)
  }

  /// A port, which LAVA's templates may have in quotes.
  private func checkPort(_ method: inout MappingReader) {
    guard let node = method.node("port", expected: "a number from 1 to 65535") else { return }
    let number = node.value.int ?? node.value.string.flatMap { Int($0) }
    if let number, (1...65535).contains(number) { return }
    refuse(node, of: "'port'", expected: "a number from 1 to 65535")
  }

  /// The parameters of a method of `actions.boot`.
  func checkBootMethod(_ name: OwnMethod, _ method: inout MappingReader) {
    switch name {
    case .qemu, .qemuNFS:
      if var parameters = method.mapping("parameters") { checkEmulator(&parameters) }
    case .barebox, .grub, .grubEFI, .ipxe, .uBoot:
      checkLoader(&method)
    default:
      method.acceptAll()
    }
    method.acceptOthers()
    method.close()
  }

  private func checkEmulator(_ parameters: inout MappingReader) {
    _ = parameters.filledString("command")
    checkWords("options", &parameters)
    checkWords("extra", &parameters)
    if var append = parameters.mapping("append") {
      for name in ["console", "ipargs", "nfsrootargs", "root"] { _ = append.optionalText(name) }
      append.acceptOthers()
      append.close()
    }
    parameters.acceptOthers()
    parameters.close()
  }

  /// A boot loader: `parameters`, and its lists of commands by names of the device's own.
  private func checkLoader(_ method: inout MappingReader) {
    if var parameters = method.mapping("parameters") {
      for name in ["bootloader_prompt", "interrupt_prompt"] { _ = parameters.optionalPattern(name) }
      _ = parameters.string("interrupt_char")
      _ = parameters.strings("interrupt_ctrl_list")
      _ = parameters.bool("needs_interrupt")
      _ = parameters.bool("use_bootscript")
      _ = parameters.optionalText("lava_mac")
      _ = parameters.strings("apply_dtbo_commands")
      parameters.acceptOthers()
      parameters.close()
    }
    _ = method.bool("reset_device")
    _ = method.strings("sequence")
    _ = method.string("menu_options")
    _ = method.strings("apply_dtbo_commands")
    let own = ["parameters", "reset_device", "sequence", "menu_options", "apply_dtbo_commands"]
    for (name, entry) in method.table() where !own.contains(name) {
      guard case .mapping = entry.value.content, var list = method.mapping(under: entry) else { continue }
      _ = list.strings("commands")
      list.acceptOthers()
      list.close()
    }
  }

  /// Words of a command line: a list of texts and numbers, or one text.
  private func checkWords(_ key: String, _ reader: inout MappingReader) {
    guard let node = reader.node(key) else { return }
    guard case .sequence(let items) = node.content else {
      _ = string(node, what: "'\(key)'")
      return
    }
    for item in items where item.value.int == nil { _ = string(item, what: "an item of '\(key)'") }
  }
}

extension MappingReader {
  /// A text, or a number where LAVA's templates leave out the quotes.
  mutating func optionalText(_ key: String) -> String? {
    guard let node = node(key, expected: "a text") else { return nil }
    if case .scalar(let scalar) = node.content, case .int(let number) = scalar.value { return "\(number)" }
    return reading.string(node, what: "'\(key)'")
  }
}
