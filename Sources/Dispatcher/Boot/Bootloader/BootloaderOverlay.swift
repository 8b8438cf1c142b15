// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Files
import JobModel
import Pipeline
import YAMLDocument

/// `bootloader-overlay` — fills in the commands for the boot loader (spec jobs §7).
struct BootloaderOverlay: ActionTree {
  let context: JobContext
  let namespace: String
  let boot: Boot

  var actions: [Action] {
    Action("bootloader-overlay", summary: "fill in the boot loader's commands", run: fill)
  }

  private var method: String { boot.bootloader ?? boot.method.rawValue }

  private var deviceParameters: YAMLValue? { context.device.bootMethod(method)?["parameters"] }

  private func fill(_ run: ActionRun) async throws(Failure) {
    let lines = withDeviceTreeOverlays(try lines())
    let values = try context.bootValues(of: namespace, boot)
    var filled = values.fill(lines)
    if boot.method == .ipxe, boot.usesScript ?? (deviceParameters?["use_bootscript"] == true) {
      filled = try await offerScript(of: filled, run)
    }
    run.log(.debug, "Parsed boot commands: \(filled.joined(separator: "; "))")
    context.withState(of: namespace) { $0.bootCommands = filled }
    for name in ["kernel_addr", "dtb_addr", "ramdisk_addr", "tee_addr"] {
      if let address = values[name.uppercased()] { run.record(name, .string(address)) }
    }
  }

  /// The lines with the device's commands for each device tree overlay in the place of `{APPLY_DTBO_COMMANDS}`; without
  /// overlays that line goes.
  private func withDeviceTreeOverlays(_ lines: [String]) -> [String] {
    let placeholder = "{APPLY_DTBO_COMMANDS}"
    guard lines.contains(where: { $0.contains(placeholder) }) else { return lines }
    let loader = context.device.bootMethod(method)
    let commands = (loader?["parameters"]?["apply_dtbo_commands"] ?? loader?["apply_dtbo_commands"])?.sequence ?? []
    let count = context.withState(of: namespace) { $0.bootFiles.deviceTreeOverlays.count }
    let applying = (0..<count).flatMap { index in
      commands.compactMap(\.string).map { $0.replacing("{DTBO}", with: "{DTBO\(index)}") }
    }
    return lines.flatMap { $0.contains(placeholder) ? applying : [$0] }
  }

  /// Offers the commands as a script beside the kernel: iPXE fetches it, so that only two short lines are typed.
  ///
  /// - Returns: the lines that are typed.
  private func offerScript(of commands: [String], _ run: ActionRun) async throws(Failure) -> [String] {
    let files = context.withState(of: namespace, \.bootFiles)
    guard let kernel = files.names["kernel"] else {
      throw Failure(
        .job,
        "no-kernel",
        "there is no kernel beside which iPXE could find its script",
        advice:
          "Put 'deploy: {to: tftp, kernel: …}' before the boot, or set use_bootscript of the device's ipxe to false."
      )
    }
    let path = "\(context.settings.workFolder)/\(namespace)/script.ipxe"
    try FileSystem.makeFolder(Paths.folder(of: path))
    try FileSystem.writeAtomically(Array("#!ipxe\n\n\(commands.joined(separator: "\n"))\n".utf8), to: path)
    let name = "\(Paths.folder(of: kernel))/script.ipxe"
    let server = try await context.tftpServer(run)
    server.publish(path, as: name)
    let address = if let stated = context.settings.dispatcher.tftpAddress { stated } else { try context.dispatcherIP() }
    return ["dhcp net0", "chain tftp://\(address)/\(name)"]
  }

  private func lines() throws(Failure) -> [String] {
    switch boot.commands {
    case nil: return []
    case .lines(let lines): return lines
    case .named(let name):
      if let lines = context.device.bootMethod(method)?[name]?["commands"]?.sequence?.compactMap(\.string) {
        return lines
      }
      let known = (context.device.bootMethod(method)?.mapping ?? []).filter { $0.value["commands"] != nil }
      throw Failure(
        .configuration,
        "unknown-boot-commands",
        "the device \(context.device.file) has no commands '\(name)' for \(method)",
        advice: known.isEmpty
          ? "Put actions.boot.methods.\(method).\(name).commands into the device file."
          : "It has: " + known.compactMap(\.key.string).joined(separator: ", ") + "."
      )
    }
  }
}
