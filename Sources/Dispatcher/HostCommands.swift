// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Files
import JobModel
import Pipeline
import Signals

extension JobContext {
  /// The code of the failure of a program on this host.
  static let hostCommandFailed = "host-command"

  /// The words of one of the device's commands; `{DEVICE_DIR}` is the folder of the device file.
  func words(of command: String) throws(Failure) -> [String] { try device.words(of: command) }

  /// Runs the device's commands on the host, one after the other.
  ///
  /// - Throws: an infrastructure failure that holds what the first failing command said.
  func runOnHost(_ commands: [String], _ run: ActionRun) async throws(Failure) {
    for command in commands { try await runOnHost(command, run) }
  }

  /// Runs the commands of the power switch: each is tried again when it fails, and each try has its own time where the
  /// device says one (`power`).
  ///
  /// - Throws: an infrastructure failure: `host-command`, or `host-command-late`.
  func runPower(_ commands: [String], _ run: ActionRun) async throws(Failure) {
    try await runPower(commands, within: device.power.timeout, run)
  }

  /// - Parameter limit: for one try; nil for as long as the action may take.
  func runPower(_ commands: [String], within limit: Duration?, _ run: ActionRun) async throws(Failure) {
    for command in commands {
      for attempt in 1...device.power.attempts {
        do throws(Failure) {
          try await tryPower(command, within: limit, run)
          break
        } catch {
          guard error.kind.isRetryable, attempt < device.power.attempts, run.remaining > device.power.pause else {
            throw error
          }
          run.log(.warning, "Attempt \(attempt) of \(device.power.attempts) failed, trying again: \(error.message)")
          try await pause(run)
        }
      }
    }
  }

  private func tryPower(_ command: String, within limit: Duration?, _ run: ActionRun) async throws(Failure) {
    guard let limit else { return try await runOnHost(command, run) }
    let late = Failure(
      .infrastructure,
      "host-command-late",
      "the command '\(command)' took more than \(limit.components.seconds) seconds, and was ended",
      advice: "Run it by hand on this host; 'timeout' under 'power' of the device file is how long it may take."
    )
    try await run.withTimeout(limit, late) { () async throws(Failure) in try await self.runOnHost(command, run) }
  }

  private func pause(_ run: ActionRun) async throws(Failure) {
    do throws(CancellationError) {
      try await run.clock.sleep(for: device.power.pause)
    } catch {
      throw Failure(.canceled, "command-canceled", "waiting for the power switch was canceled")
    }
  }

  private func runOnHost(_ command: String, _ run: ActionRun) async throws(Failure) {
    let words = try words(of: command)
    run.log(.debug, "Calling: \(PythonText.quoted(words))")
    let start = run.clock.now
    let result = try await HostCommand.run(words)
    for line in result.text.split(separator: "\n") { run.log(.debug, ">> \(line)") }
    let seconds = (run.clock.now - start).components.seconds
    run.log(.debug, "Returned \(result.status.returnCode) in \(seconds) seconds")
    guard result.status.isSuccess else {
      run.log(.error, "Unable to run: \(PythonText.quoted(words))")
      throw Failure(
        .infrastructure,
        Self.hostCommandFailed,
        "the command '\(command)' failed: \(result.status)",
        advice: "Run it by hand on this host; it comes from the device file \(device.file).",
        cause: result.text.isEmpty ? nil : result.text
      )
    }
  }
}

extension Device {
  /// What stands for the folder of the device file in its commands.
  package static let folderMark = "{DEVICE_DIR}"

  /// The words of one of its commands; `{DEVICE_DIR}` is the folder of the device file.
  func words(of command: String) throws(Failure) -> [String] {
    let folder = Paths.folder(of: Paths.absolute(file))
    return try ShellWords.split(command).map { $0.replacing(Self.folderMark, with: folder) }
  }
}
