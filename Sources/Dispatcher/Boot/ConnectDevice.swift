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
        advice: "Set commands.connect, such as 'telnet://localhost:7001'."
      )
    }
    let former = try await context.giveUp(command, by: namespace)
    try await context.connect(to: command, namespace: namespace, run)
    if let former { try context.take(former, in: namespace) }
  }

  private func disconnect(_ run: ActionRun) async throws(Failure) {
    await context.disconnect(namespace: namespace)
  }
}

extension JobContext {
  /// Closes the console that another namespace has behind the same command to a board that is switched on and off: most
  /// consoles lead one user only, and what the other namespace talked to is gone. A program that is started instead is
  /// there as often as it is started.
  ///
  /// - Returns: that namespace's session.
  fileprivate func giveUp(_ command: String, by namespace: String) async throws(Failure) -> BoardSession? {
    let words = try self.words(of: command)
    guard device.isOneOfAKind,
      let other = sessions.first(where: { other in
        guard case .program(let program)? = other.session.link else { return false }
        return other.namespace != namespace && program.arguments == words
      })
    else { return nil }
    await disconnect(namespace: other.namespace)
    return other.session
  }

  /// What is known of the board's shell holds behind its new console too.
  fileprivate func take(_ former: BoardSession, in namespace: String) throws(Failure) {
    let again = BoardSession(former, behind: try session(of: namespace).console)
    withState(of: namespace) { $0.session = again }
  }

  /// Opens a console by a command of the device file.
  func connect(to command: String, namespace: String, _ run: ActionRun) async throws(Failure) {
    let words = try self.words(of: command)
    run.log(.info, "Connecting to device using '\(words.joined(separator: " "))'")
    try await connect(try ConsoleLink(words: words), namespace: namespace, isLink: true)
  }
}
