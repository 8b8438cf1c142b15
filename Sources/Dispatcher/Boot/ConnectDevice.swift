// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import JobModel
import Pipeline

/// `connect-device` — opens the device's primary console (spec jobs §6.2).
struct ConnectDevice: ActionTree {
  let context: JobContext
  let namespace: String

  var actions: [Action] {
    Action(
      "connect-device",
      summary: "open the console",
      timeoutFailure: .infrastructure,
      run: connect,
      cleanup: disconnect
    )
  }

  private func connect(_ run: ActionRun) async throws(Failure) {
    guard let command = context.device.commands.connect else {
      throw Failure(
        .configuration,
        "no-connect-command",
        "the device \(context.device.file) does not say how to connect to its console",
        advice: "Set commands.connect, such as 'telnet localhost 7001'."
      )
    }
    try await context.connect(to: command, namespace: namespace, run)
  }

  private func disconnect(_ run: ActionRun) async throws(Failure) {
    await context.disconnect(namespace: namespace)
  }
}

extension JobContext {
  /// Opens a console by a command of the device file.
  func connect(to command: String, namespace: String, _ run: ActionRun) async throws(Failure) {
    let words = try self.words(of: command)
    run.log(.info, "Connecting to device using '\(words.joined(separator: " "))'")
    try await connect(.program(ConsoleCommand(words)), namespace: namespace, isLink: true)
  }
}
