// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Files
import JobModel
import Pipeline
import YAMLDocument

/// `method: qemu` — starts QEMU with the deploy's images; its serial port is the console (spec jobs §6.1). `qemu-nfs` is
/// the same with a root on NFS, and `monitor` the same for images that only print: it needs no prompts.
struct QemuBoot: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  var plannedOnly: String? {
    boot.usesContainer ? "'docker' of a QEMU boot" : boot.plannedOnlyLogin
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
    // What boots from NFS may be under a key of its own.
    let names = boot.method == .qemuNFS ? ["qemu-nfs", "qemu"] : ["qemu", "qemu-nfs"]
    guard let parameters = names.lazy.compactMap({ context.device.bootMethod($0)?["parameters"] }).first,
      let command = parameters["command"]?.string
    else {
      throw Failure(
        .configuration,
        "qemu-command",
        "the device \(context.device.file) has no command for QEMU",
        advice: "Set actions.boot.methods.qemu.parameters.command, such as qemu-system-x86_64."
      )
    }
    let state = context.withState(of: facts.name) { state in
      (images: state.images.filter { $0.label != "nfsrootfs" }, drive: state.drive, root: state.bootFiles.nfsRoot)
    }
    var files = Dictionary(state.images.map { ("{\($0.label)}", $0.path) }, uniquingKeysWith: { $1 })
    files["{NFSROOTFS}"] = state.root?.path
    files["{NFS_SERVER_IP}"] = state.root?.server
    let arguments = (parameters.texts("options") + parameters.texts("extra")) + state.images.compactMap(\.argument)
    var words = [try Programs.require(command)]
    for argument in arguments {
      words += try ShellWords.split(argument).map { word in
        files.reduce(word) { $0.replacing($1.key, with: $1.value) }
      }
    }
    if boot.method == .qemuNFS { words += ["--append", try kernelArguments(parameters["append"], files)] }
    if let drive = state.drive { words += ["-drive", driveOption(drive)] }
    return words
  }

  /// The kernel's command line of a board whose root file system is on NFS (spec jobs §6.1).
  private func kernelArguments(_ append: YAMLValue?, _ values: [String: String]) throws(Failure) -> String {
    guard values["{NFSROOTFS}"] != nil else {
      throw Failure(
        .job,
        "no-nfs-root",
        "there is no root file system to boot from",
        advice: "Give 'to: nfs' an image 'nfsrootfs'."
      )
    }
    let parts = [
      "console=\(append?["console"]?.string ?? "")", "root=/dev/nfs", append?["nfsrootargs"]?.string ?? "", "rw",
      append?["ipargs"]?.string ?? "",
    ]
    return values.reduce(parts.filter { !$0.isEmpty }.joined(separator: " ")) {
      $0.replacing($1.key, with: $1.value)
    }
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
    return (value.sequence ?? [value]).compactMap { $0.string ?? $0.int.map(String.init) }
  }
}
