// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Pipeline
import YAMLDocument

/// `method: kexec` — a new kernel out of the running one (spec jobs §6.7).
struct KexecBoot: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  var plannedOnly: String? { boot.plannedOnlyLogin }

  var actions: [Action] {
    Action("kexec-boot", summary: "boot with kexec", isRetry: true) {
      Action("call-kexec", summary: "load and start the new kernel", run: call)
      LoginActions(context: context, facts: facts, boot: boot)
    }
  }

  private func call(_ run: ActionRun) async throws(Failure) {
    let session = try context.session(of: facts.name)
    let keys = boot.kexec
    if keys.deploys { try await fetch(session, run) }
    // Says in the log whether the running kernel can; one that does not tell may do it all the same.
    if let configuration = keys.kernelConfiguration {
      try await session.run("zgrep -i kexec \(configuration) |grep -v '^#'", run)
    }
    try await session.runChecked(KexecCommand(keys).load, run)
    // From here on the shell does not come back.
    try await session.type(command: KexecCommand(keys).start)
    guard let message = keys.bootMessage else { return }
    run.tellWait(for: [message])
    try await run.withTimeout(run.connectionTimeout) { () async throws(Failure) in
      _ = try await session.wait(for: [message])
    }
  }

  /// Lets the board fetch what the deploy has brought to this host.
  private func fetch(_ session: BoardSession, _ run: ActionRun) async throws(Failure) {
    let images = context.withState(of: facts.name, \.images)
    let keys = boot.kexec
    for (label, path) in [("kernel", keys.kernel), ("initrd", keys.initrd), ("dtb", keys.deviceTree)] {
      guard let path, let image = images.last(where: { $0.label == label }) else { continue }
      let url = try await context.publish(image: image, of: facts.name)
      try await session.runChecked("wget \(url) -O \(path)", run)
    }
  }
}

/// The command lines of a `kexec` boot.
struct KexecCommand {
  let keys: KexecKeys

  init(_ keys: KexecKeys) { self.keys = keys }

  /// Brings the new kernel into memory.
  var load: String {
    var words = [keys.command, keys.isOnPanic ? "--load-panic" : "--load"]
    if let kernel = keys.kernel { words.append(kernel) }
    if let tree = keys.deviceTree { words += ["--dtb", tree] }
    if let initrd = keys.initrd { words += ["--initrd", initrd] }
    return (words + keys.options).joined(separator: " ")
  }

  /// Starts it.
  var start: String { keys.isOnPanic ? "echo c > /proc/sysrq-trigger" : "\(keys.command) -e" }
}
