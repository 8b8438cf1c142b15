// SPDX-License-Identifier: Apache-2.0

internal import Events

/// How the results that count came out.
package struct ResultCounts: Sendable, Hashable {
  /// Test cases, of all suites but `lava`.
  package var passed = 0
  package var failed = 0
  package var skipped = 0
  /// Reported as `unknown`, or known to be missing.
  package var unknown = 0
  /// Definitions, stages, monitors and interactive sessions that did not come to their end.
  package var unfinished = 0
  /// Actions that failed, although the job may have gone on (`skip`).
  package var failedActions = 0

  package init(_ results: [CollectedResult]) {
    for result in results where !result.isSuperseded { add(result.record) }
  }

  package var tests: Int { passed + failed + skipped + unknown }

  /// Whether nothing speaks against the board. A verdict of `unknown` does: nobody can say that such a test passed.
  package var isClean: Bool { failed == 0 && unknown == 0 && unfinished == 0 && failedActions == 0 }

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
    switch (record.integrity, record.result) {
    // Nothing that a board said: it is shown, and counts for nothing.
    case (.forged, _): return
    case (.lost, _), (_, .unknown): unknown += 1
    case (_, .pass): passed += 1
    case (_, .fail): failed += 1
    case (_, .skip): skipped += 1
    }
  }
}
