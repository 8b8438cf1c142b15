// SPDX-License-Identifier: Apache-2.0

/// The time that deadlines are measured by.
package protocol PipelineClock: Sendable {
  /// Time since a moment that does not matter; never goes back.
  var now: Duration { get }

  /// Returns once `now` is at least `instant`.
  ///
  /// - Throws: `CancellationError` as soon as the task is canceled.
  func sleep(until instant: Duration) async throws(CancellationError)
}

extension PipelineClock {
  /// Returns after `duration`.
  package func sleep(for duration: Duration) async throws(CancellationError) {
    try await sleep(until: now + duration)
  }
}

/// Real time, counted from the making of this value; it goes on while the host sleeps.
package struct SystemClock: PipelineClock {
  private let start = ContinuousClock.now

  package init() {}

  package var now: Duration { start.duration(to: .now) }

  package func sleep(until instant: Duration) async throws(CancellationError) {
    do {
      try await Task.sleep(until: start.advanced(by: instant), clock: .continuous)
    } catch {
      // The only reason a sleep can end early.
      throw CancellationError()
    }
  }
}
