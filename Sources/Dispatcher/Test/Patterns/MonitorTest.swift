// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import JobModel
import Patterns
import Pipeline

/// `monitors` — picks results out of what the device prints by itself (spec signals §10).
///
/// A monitor whose end does not come has failed: `lava/<suite>`. LAVA passes over that, and so do its own rules here.
struct MonitorTest: Strategy {
  let context: JobContext
  let consoleNamespace: String
  let monitors: [Monitor]

  var actions: [Action] {
    Action("lava-test-monitor-retry", summary: "watch the console", isRetry: true) {
      Action("lava-test-monitor", summary: "match results", timeoutFailure: .timeout, run: watch)
    }
  }

  private func watch(_ run: ActionRun) async throws(Failure) {
    let session = try context.session(of: consoleNamespace)
    for monitor in monitors {
      run.log(.info, "Waiting for start message: \(monitor.start.text)")
      let start = try PlacedPatterns([monitor.start], of: context.job)
      _ = try await run.withTimeout(run.connectionTimeout) { () async throws(Failure) in
        try await session.expect(start)
      }
      run.log(.info, "ok: start string found, lava test monitoring started")
      let began = run.clock.now
      var hasEnded = false
      defer {
        if !hasEnded, context.settings.rules != .lava { reportUnfinished(monitor, after: run.clock.now - began) }
      }
      hasEnded = try await watch(monitor, session, run)
    }
  }

  /// Reads results until the end of a monitor's.
  ///
  /// - Returns: whether that came; else nothing came for the connection timeout.
  private func watch(_ monitor: Monitor, _ session: BoardSession, _ run: ActionRun) async throws(Failure) -> Bool {
    let patterns = try PlacedPatterns([monitor.end, monitor.pattern], of: context.job)
    var report = MonitorReport(monitor, level: run.level, events: context.events)
    defer { report.reportMissingCases() }
    let silence = Failure(.timeout, "monitor-silent", "")
    while true {
      run.log(.debug, "test monitoring timeout: \(run.connectionTimeout.components.seconds) seconds")
      do throws(Failure) {
        let match = try await run.withTimeout(run.connectionTimeout, silence) { () async throws(Failure) in
          try await session.expect(patterns)
        }
        guard match.index == 1 else {
          run.log(.info, "ok: end string found, lava test monitoring stopped")
          return true
        }
        guard !match.bytes.isEmpty else {
          throw ParsePattern.matchesNothing(monitor.pattern.text).at(context.job.place(of: monitor.pattern.node))
        }
        report.take(match)
      } catch {
        guard error.code == silence.code else { throw error }
        run.log(.warning, "err: lava test monitoring has timed out")
        return false
      }
    }
  }

  private func reportUnfinished(_ monitor: Monitor, after duration: Duration) {
    context.events.log(.error, "The end of the monitor '\(monitor.name)' did not come: \(monitor.end.text)")
    var record = ResultRecord(.unfinishedRun, case: monitor.suite, result: .fail)
    record.duration = duration
    context.events.emit(.result(record))
  }
}
