// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import JobModel
import Pipeline

/// `interactive` — types lines at the console and compares what comes back (spec signals §11).
struct InteractiveTest: Strategy {
  let context: JobContext
  let consoleNamespace: String
  /// How many test shells come before it: a part of its suites' names.
  let stage: Int
  let sessions: [InteractiveSession]

  var actions: [Action] {
    Action("lava-test-interactive-retry", summary: "run the interactive sessions", isRetry: true) {
      Action("lava-test-interactive", summary: "type and compare", timeoutFailure: .timeout, run: play)
    }
  }

  private func play(_ run: ActionRun) async throws(Failure) {
    let board = try context.session(of: consoleNamespace)
    board.setCharacterDelay(context.device.characterDelays.test)
    for session in sessions {
      let suite = "\(stage)_\(session.name)"
      let start = run.clock.now
      var hasPassed = false
      defer {
        var record = ResultRecord(.session, case: suite, result: hasPassed ? .pass : .fail)
        record.duration = run.clock.now - start
        context.events.emit(.result(record))
      }
      var script = try InteractiveScript(session, suite: suite, board: board, context: context)
      try await script.play(run)
      hasPassed = true
    }
  }
}
