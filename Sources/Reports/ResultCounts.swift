// SPDX-License-Identifier: Apache-2.0

internal import Events

/// How the results that count came out.
package struct ResultCounts: Sendable, Hashable {
  /// Test cases, of all suites but `lava`.
  package var passed = 0
  package var failed = 0
  package var skipped = 0
  package var unknown = 0
  /// Signals that the board sent and that never arrived.
  package var lost = 0
  /// Definitions, stages, monitors and interactive sessions that did not come to their end.
  package var unfinished = 0
  /// Actions that failed, although the job may have gone on (`skip`).
  package var failedActions = 0

  package init(_ results: [CollectedResult]) {
    for result in results where !result.isSuperseded { add(result.record) }
  }

  package init(_ collector: ResultCollector) {
    self.init(collector.results)
    for signals in collector.signals where !signals.isSuperseded { lost += signals.record.lostCount }
  }

  package var tests: Int { passed + failed + skipped + unknown }

  /// Whether nothing speaks against the board. A verdict of `unknown` does, and so does a signal that is lost: nobody can
  /// say that such a test passed.
  package var isClean: Bool { failed == 0 && unknown == 0 && lost == 0 && unfinished == 0 && failedActions == 0 }

  private mutating func add(_ record: ResultRecord) {
    switch record.origin {
    case .testCase, .reference, .monitored, .command: addTest(record)
    case .unfinishedRun: unfinished += 1
    case .session: if record.result == .fail { unfinished += 1 }
    case .action: if record.actionFailure != nil { failedActions += 1 }
    case .validation, .run, .job: return
    }
  }

  private mutating func addTest(_ record: ResultRecord) {
    switch record.result {
    case .pass: passed += 1
    case .fail: failed += 1
    case .skip: skipped += 1
    case .unknown: unknown += 1
    }
  }
}
