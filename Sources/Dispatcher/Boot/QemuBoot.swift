// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Files
import JobModel
import Pipeline
import YAMLDocument

/// `method: qemu` — starts QEMU with the deploy's images; its serial port is the console (spec jobs §6.1).
struct QemuBoot: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  var plannedOnly: String? {
    if boot.method != .qemu { return "'method: \(boot.method.rawValue)'" }
    return boot.usesContainer ? "'docker' of a QEMU boot" : boot.plannedOnlyLogin
  }

  var actions: [Action] {
    Action("boot-image-retry", summary: "boot the images in QEMU", isRetry: true) {
      Action("boot-qemu-image", summary: "start QEMU", isRetry: true) {
        Action("execute-qemu", summary: "run QEMU's command line", run: execute, cleanup: end)
      }
      LoginActions(context: context, facts: facts, boot: boot)
    }
  }

  private func execute(_ run: ActionRun) async throws(Failure) {
    let line = try commandLine()
    run.log(.info, "Boot command: \(line.joined(separator: " "))")
    run.record("qemu_version", .string(await version(of: line[0])))
    run.record("host_arch", .string(HostMachine.name))
    run.record("job_arch", context.job.context["arch"] ?? "")
    try await context.connect(.program(ConsoleCommand(line)), namespace: facts.name)
  }

  private func end(_ run: ActionRun) async throws(Failure) {
    await context.disconnect(namespace: facts.name)
  }

  /// The program, its options, and the images' arguments, word by word.
  private func commandLine() throws(Failure) -> [String] {
    guard let parameters = context.device.bootMethod("qemu")?["parameters"],
      let command = parameters["command"]?.string
    else {
      throw Failure(
        .configuration,
        "qemu-command",
        "the device \(context.device.file) has no command for QEMU",
        advice: "Set actions.boot.methods.qemu.parameters.command, such as qemu-system-x86_64."
      )
    }
    let state = context.withState(of: facts.name) { (images: $0.images, drive: $0.drive) }
    let files = Dictionary(state.images.map { ("{\($0.label)}", $0.path) }, uniquingKeysWith: { $1 })
    let arguments = (parameters.texts("options") + parameters.texts("extra")) + state.images.compactMap(\.argument)
    var words = [try Programs.require(command)]
    for argument in arguments {
      words += try ShellWords.split(argument).map { word in
        files.reduce(word) { $0.replacing($1.key, with: $1.value) }
      }
    }
    if let drive = state.drive { words += ["-drive", driveOption(drive)] }
    return words
  }

  private func driveOption(_ drive: OverlayDrive) -> String {
    let guest = context.device.deployMethod("image")?["parameters"]?["guest"]
    let isPC = ["amd64", "x86_64", "i386"].contains(context.job.context["arch"]?.string ?? context.device.architecture)
    let interface = guest?["interface"]?.string ?? (isPC ? "ide" : "virtio")
    let id = guest?["driveid"]?.string ?? "lavatest"
    return "format=raw,file=\(drive.path.replacing(",", with: ",,")),media=disk,if=\(interface),id=\(id)"
  }

  /// The first line of `--version`; QEMU's own words when it cannot say.
  private func version(of program: String) async -> String {
    do throws(Failure) {
      let output = try await HostCommand.run([program, "--version"]).text
      return output.split(separator: "\n").first.map(String.init) ?? ""
    } catch {
      return error.message
    }
  }
}

extension YAMLValue {
  /// The texts of a list under a key; one text counts as a list of one.
  fileprivate func texts(_ key: String) -> [String] {
    guard let value = self[key] else { return [] }
    return value.sequence?.compactMap(\.string) ?? value.string.map { [$0] } ?? []
  }
}
