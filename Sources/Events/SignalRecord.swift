// SPDX-License-Identifier: Apache-2.0

/// How the signals of one start of the test runner came to the host (docs/Signals.md).
package struct SignalRecord: Sendable, Hashable {
  package var namespace: String
  /// The pipeline's level of the action that ran it.
  package var level: String
  /// How many of the signals that counted came in each way.
  package var counts: [Integrity: Int] = [:]
  /// The numbers of those that the board sent and that never arrived.
  package var lost: [ClosedRange<Int>] = []
  /// What came under a sum that is none of this run, and did not count: the first ones.
  package var forged: [String] = []
  /// How many of these there were.
  package var forgedCount = 0

  package init(namespace: String, level: String) {
    self.namespace = namespace
    self.level = level
  }

  /// How many signals are lost.
  package var lostCount: Int { lost.map(\.count).reduce(0, +) }

  /// The lost numbers, such as `17` and `23-25`.
  package var lostNumbers: [String] {
    lost.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
  }

  /// The text of its log line.
  package var text: String {
    var parts = Integrity.allCases.compactMap { integrity in
      counts[integrity].map { "\($0) \(integrity.rawValue)" }
    }
    if !lost.isEmpty { parts.append("\(lostCount) lost (\(lostNumbers.prefix(100).joined(separator: ", ")))") }
    if forgedCount > 0 { parts.append("\(forgedCount) forged") }
    return "Signals of the board: \(parts.isEmpty ? "none" : parts.joined(separator: ", "))"
  }

  /// The level of its log line.
  package var logLevel: LogLevel { lost.isEmpty ? .info : .warning }
}
