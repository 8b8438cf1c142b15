// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Files
import JobModel
import Pipeline
import YAMLDocument

/// The files of a deploy on the job's TFTP server, where a boot loader fetches them: `<job>/<name>-<random>/<label>/<file>`
/// (spec jobs §5.3).
struct BootFileFolder {
  let context: JobContext
  let namespace: String
  let deploy: Deploy
  /// Of the deploy's action, in LAVA's words.
  let name: String
  /// Labels of files that go where they are used, and not to the boot loader.
  let others: Set<String>

  private static let extraFolder = "extra_files"

  /// Offers the files, and keeps how a boot loader asks for them.
  func publish(_ run: ActionRun) async throws(Failure) {
    let server = try await context.tftpServer(run)
    let folder = "\(context.settings.jobID)/\(name)-\(String(UInt32.random(in: .min ... .max), radix: 16))"
    let labels = Set(deploy.files.map(\.label)).subtracting(others)
    var names: [String: String] = [:]
    for image in context.withState(of: namespace, \.images) where labels.contains(image.label) {
      let isExtra = deploy.file(image.label)?.isExtra == true
      let name = "\(folder)/\(isExtra ? Self.extraFolder : image.label)/\(Paths.name(of: image.path))"
      server.publish(image.path, as: name)
      if !isExtra { names[image.label] = name }
    }
    let hasExtras = deploy.files.contains(where: \.isExtra)
    let addition = context.device.deployParameters["add_header"]?.string
    context.withState(of: namespace) { state in
      state.bootFiles.names = names
      state.bootFiles.extraFolder = hasExtras ? "\(folder)/\(Self.extraFolder)" : nil
      state.bootFiles.kernelType = deploy.file("kernel")?.kernelType
      state.bootFiles.isRamdiskReadable = addition == "u-boot" || addition == "raw"
    }
  }
}
