// SPDX-License-Identifier: Apache-2.0

import ShellText

/// A command that starts a virtual machine by QEMU, with the machine's console on the terminal.
struct EmulatorCommand: Sendable {
  /// The device types whose machines can be started without `launch_with`.
  static let deviceTypes = "kvm, kvm-arm, kvm-aarch64"

  /// The name that the drive with the tests has in the machine, as `/sys/block/*/serial` shows it (at most 20 bytes).
  static let driveName = "lava-overlay"

  /// The program with its machine.
  private let program: String

  /// Nil where the type says nothing of the architecture.
  init?(deviceType: String) {
    switch deviceType {
    case "kvm-arm": program = "qemu-system-arm -machine virt"
    case "kvm-aarch64", "kvm-arm64": program = "qemu-system-aarch64 -machine virt"
    case "kvm", "kvm-x86", "kvm-x86_64": program = "qemu-system-x86_64 -machine q35"
    default: return nil
    }
  }

  /// Starts a machine whose drive is `image`, which stays as it is: several machines may be of one image.
  ///
  /// - Parameter image: a word of a shell.
  func line(image: String) -> String {
    "\(program) -accel kvm -accel tcg -cpu max -m 512 -nographic -no-reboot -nic user,model=virtio-net-pci"
      + " -drive if=virtio,snapshot=on,file=\(image)"
  }

  /// Whether a line starts QEMU.
  static func starts(by line: String) -> Bool { word(in: line) != nil }

  /// The line with one drive more: the tarball with the tests, as it is.
  static func line(_ line: String, withOverlay path: String) -> String {
    guard let word = word(in: line) else { return line }
    let drive =
      " -drive if=none,id=\(driveName),format=raw,readonly=on,file=\(path)"
      + " -device virtio-blk-pci,drive=\(driveName),serial=\(driveName)"
    var line = line
    line.insert(contentsOf: drive, at: word.upperBound)
    return line
  }

  /// The program of QEMU in a line.
  private static func word(in line: String) -> Range<String.Index>? {
    var start = line.startIndex
    while let begin = line[start...].firstIndex(where: { $0 != " " && $0 != "\t" }) {
      let end = line[begin...].firstIndex { $0 == " " || $0 == "\t" } ?? line.endIndex
      let name = line[begin..<end].split(separator: "/").last ?? ""
      if name.hasPrefix("qemu-system-") || ["kvm", "qemu-kvm"].contains(name) { return begin..<end }
      start = end
    }
    return nil
  }
}
