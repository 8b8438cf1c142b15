// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import JobModel
import Pipeline
import YAMLDocument

/// `finalize` — switches the board off and ends what the job started, whatever happened before.
struct Finalize: ActionTree {
  let context: JobContext

  /// How long a guest may take to power itself off when asked (spec jobs §6.1).
  private static let politeness = Duration.seconds(5)

  var actions: [Action] {
    Action("finalize", summary: "end the job", finish: closeServices) {
      Action(
        "power-off",
        summary: "switch the board off",
        timeoutFailure: .infrastructure,
        run: powerOff,
        cleanup: insistOnPowerOff
      )
      Action("read-feedback", summary: "read what other consoles still have to say")
    }
  }

  private func powerOff(_ run: ActionRun) async throws(Failure) {
    for (namespace, session) in context.sessions {
      if context.runsEmulator, session.isAtShell { await askToPowerOff(session, run) }
      await context.disconnect(namespace: namespace)
    }
    try await context.runPower(context.device.commands.powerOff, run)
    context.duties.releasePowerOff()
    run.record("status", "success")
  }

  /// Tries once more, with time of its own, where the action has not brought the board off.
  private func insistOnPowerOff(_ run: ActionRun) async throws(Failure) {
    guard context.duties.owesPowerOff else { return }
    run.log(.warning, "The board may still be on: trying again to switch it off")
    let limit = context.device.power.timeout ?? Duties.patience
    do throws(Failure) {
      try await context.runPower(context.device.commands.powerOff, within: limit, run)
      context.duties.releasePowerOff()
      run.log(.warning, "The board is off now")
    } catch {
      run.log(.error, "The board may still be on: switch it off by hand")
      throw error
    }
  }

  /// Types `poweroff` and waits for the emulator to end. A board that does not obey is ended all the same.
  private func askToPowerOff(_ session: BoardSession, _ run: ActionRun) async {
    do throws(Failure) {
      try await run.withTimeout(Self.politeness) { () async throws(Failure) in
        try await session.type("poweroff")
        while case .bytes = try await session.console.read() {}
      }
    } catch {
      run.log(.debug, "the board did not power off by itself: \(error.message)")
    }
  }

  private func closeServices(_ run: ActionRun) async throws(Failure) {
    await context.stopServers()
  }
}

extension JobContext {
  /// Whether the board is a program on this host, which a `poweroff` typed to it ends.
  var runsEmulator: Bool {
    job.actions.contains { action in
      if case .boot(let boot) = action.body { return Boot.Method.ofQEMU.contains(boot.method) }
      return false
    }
  }
}
