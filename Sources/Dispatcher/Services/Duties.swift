// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Files
import JobModel
import Supervision
import Synchronization

/// What the supervisor does for a job whose process is killed, beside ending its programs.
final class Duties: Sendable {
  private struct PowerOff {
    var isOwed = false
    /// Nil where nobody supervises this process.
    var ticket: Supervisor.Ticket?
  }

  /// How long one try of a power-off may take where its action does not bound it.
  static let patience = Duration.seconds(30)

  private let powerOff = Mutex(PowerOff())

  /// From now on the board may be on.
  func takePowerOff(_ commands: Obligation.Commands) {
    powerOff.withLock { powerOff in
      guard !powerOff.isOwed else { return }
      powerOff = PowerOff(isOwed: true, ticket: Supervisor.take(.commands(commands)))
    }
  }

  /// Whether the board may be on.
  var owesPowerOff: Bool { powerOff.withLock(\.isOwed) }

  /// The board has been switched off.
  func releasePowerOff() {
    powerOff.withLock { powerOff in
      powerOff.ticket?.release()
      powerOff = PowerOff()
    }
  }
}

extension JobContext {
  /// Tells the supervisor of what has to be undone whatever happens to this process, before the first action.
  func takeObligations() throws(Failure) {
    // The files of a job that comes to its end are removed by its last step; nothing is left to release then.
    _ = Supervisor.take(.removal(path: Paths.absolute(settings.workFolder)))
    var lines: [[String]] = []
    for command in device.commands.powerOff { lines.append(try words(of: command)) }
    guard !lines.isEmpty else { return }
    let seconds = max((device.power.timeout ?? Duties.patience).components.seconds, 1)
    duties.takePowerOff(.init("power-off", lines, attempts: device.power.attempts, seconds: Int(seconds)))
  }
}
