// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

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

extension PipelineClock {
  /// Runs `work` for at most `limit`.
  ///
  /// - Parameters:
  ///   - failure: what is thrown when the limit is reached.
  ///   - work: canceled and waited for when its time is over.
  package func limit<Value: Sendable>(
    _ limit: Duration,
    _ failure: Failure,
    _ work: @escaping @Sendable () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    switch await Race.run(until: now + limit, on: self, work) {
    case .finished(let result): return try result.get()
    case .expired(.success(let value)): return value
    case .expired(.failure): throw failure
    }
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
