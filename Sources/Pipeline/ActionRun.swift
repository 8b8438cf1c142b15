// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import Events
internal import Synchronization
package import YAMLDocument

/// What an action knows and can do while it runs.
package struct ActionRun: Sendable {
  package let level: String
  package let name: String
  package let namespace: String
  package let section: Section
  /// How many times the action has been started in this job, this time included.
  package let attempt: Int
  /// When it was started, on `clock`.
  package let start: Duration
  /// When it must be over, on `clock`.
  package let deadline: Duration
  /// For waits that have a limit of their own (spec jobs §4.2).
  package let connectionTimeout: Duration
  package let clock: any PipelineClock
  package let events: EventLog
  let findings = Findings()
  let shortcomings: ShortcomingLog

  /// What is left of the action's time; never negative.
  package var remaining: Duration { max(deadline - clock.now, .zero) }

  /// Writes a log line; lines of what a board says carry no namespace.
  package func log(_ level: LogLevel, _ text: String) {
    events.log(level, text)
  }

  /// Tells who watches how far the action is, in bytes.
  package func report(_ done: Int, of total: Int?) {
    events.report(ActionProgress(level: level, done: done, total: total))
  }

  /// Keeps something the action found out for its result. The same key again replaces the value.
  package func record(_ key: String, _ value: YAMLValue) {
    findings.record(.string(key), value)
  }

  /// Says that the action left something out, which does not keep the actions after it from running: the job fails of it
  /// at its end, unless LAVA's own rules count (docs/Verdicts.md). When the action is tried again only the last attempt
  /// counts.
  ///
  /// - Parameter text: half a sentence, such as `definition 0_smoke did not finish`.
  package func fallShort(_ text: String) { shortcomings.note(text, of: level) }

  /// Runs `work` for at most `limit`, and never longer than the action may run.
  ///
  /// - Parameters:
  ///   - limit: how long.
  ///   - failure: what is thrown when the limit is reached.
  ///   - work: canceled and waited for when its time is over.
  package func withTimeout<Value: Sendable>(
    _ limit: Duration,
    _ failure: Failure = Failure(.job, "wait-timeout", "wait for prompt timed out"),
    _ work: @escaping @Sendable () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let end = clock.now + limit
    // The action's own timer names the action.
    guard end < deadline else { return try await work() }
    switch await Race.run(until: end, on: clock, work) {
    case .finished(let result): return try result.get()
    // What was done in the last moment counts: a byte that was read must not get lost.
    case .expired(.success(let value)): return value
    case .expired(.failure): throw failure
    }
  }
}

/// The results of one run of an action, in the order of their reporting.
final class Findings: Sendable {
  private let pairs = Mutex<[YAMLValue.Pair]>([])

  var all: [YAMLValue.Pair] { pairs.withLock { $0 } }

  func record(_ key: YAMLValue, _ value: YAMLValue) {
    pairs.withLock { pairs in
      if let index = pairs.firstIndex(where: { $0.key == key }) {
        pairs[index].value = value
      } else {
        pairs.append(YAMLValue.Pair(key, value))
      }
    }
  }
}
