// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Events
internal import Synchronization

/// Collects what the actions of a job leave out, and writes each to the job's log.
final class ShortcomingLog: Sendable {
  private let shortcomings: Mutex<Shortcomings>
  private let log: EventLog

  init(_ rules: VerdictRules, _ log: EventLog) {
    shortcomings = Mutex(Shortcomings(rules))
    self.log = log
  }

  func note(_ text: String, of level: String) {
    guard shortcomings.withLock({ $0.note(text, of: level) }) else { return }
    log.log(.error, "The job does not pass: \(text)")
  }

  func supersede(_ level: String) { shortcomings.withLock { $0.supersede(level) } }

  func verdict(after failure: Failure?) -> Failure? { shortcomings.withLock { $0.verdict(after: failure) } }
}
