// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Files
import JobModel
import Pipeline

extension JobContext {
  /// The words of one of the device's commands; `{DEVICE_DIR}` is the folder of the device file.
  func words(of command: String) throws(Failure) -> [String] {
    let folder = Paths.folder(of: Paths.absolute(device.file))
    return try ShellWords.split(command).map { $0.replacing("{DEVICE_DIR}", with: folder) }
  }

  /// Runs the device's commands on the host, one after the other.
  ///
  /// - Throws: an infrastructure failure that holds what the first failing command said.
  func runOnHost(_ commands: [String], _ run: ActionRun) async throws(Failure) {
    for command in commands {
      let words = try words(of: command)
      run.log(.debug, "Calling: \(words)")
      let start = run.clock.now
      let result = try await HostCommand.run(words)
      for line in result.text.split(separator: "\n") { run.log(.debug, ">> \(line)") }
      let seconds = (run.clock.now - start).components.seconds
      run.log(.debug, "Returned \(result.status) in \(seconds) seconds")
      guard result.status.isSuccess else {
        throw Failure(
          .infrastructure,
          "host-command",
          "the command '\(command)' failed: \(result.status)",
          advice: "Run it by hand on this host; it comes from the device file \(device.file).",
          cause: result.text.isEmpty ? nil : result.text
        )
      }
    }
  }
}
