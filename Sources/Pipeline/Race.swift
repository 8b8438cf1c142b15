// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// Work against a timer.
enum Race {
  /// How it came out. The work is over in either case.
  enum Finish<Value: Sendable>: Sendable {
    case finished(Result<Value, Failure>)
    /// Time ran out first. What the work then said: it may have got through all the same.
    case expired(Result<Value, Failure>)
  }

  private enum Lap<Value: Sendable>: Sendable {
    case work(Result<Value, Failure>)
    case timer(isOver: Bool)
  }

  /// Runs `work` until it ends or `instant` comes; then it is canceled and waited for.
  static func run<Value: Sendable>(
    until instant: Duration,
    on clock: any PipelineClock,
    _ work: @escaping @Sendable () async throws(Failure) -> Value
  ) async -> Finish<Value> {
    await withTaskGroup(of: Lap<Value>.self) { group in
      group.addTask {
        do throws(Failure) {
          return .work(.success(try await work()))
        } catch {
          return .work(.failure(error))
        }
      }
      group.addTask {
        do throws(CancellationError) {
          try await clock.sleep(until: instant)
          return .timer(isOver: true)
        } catch {
          return .timer(isOver: false)
        }
      }
      var hasExpired = false
      while let lap = await group.next() {
        switch lap {
        case .timer(isOver: false): continue
        case .timer(isOver: true):
          hasExpired = true
          group.cancelAll()
        case .work(let result):
          // The timer is canceled, and awaited when the group ends.
          group.cancelAll()
          return hasExpired ? .expired(result) : .finished(result)
        }
      }
      // Not reached: the work's task always says one thing.
      return .expired(.failure(Failure(.bug, "race-without-end", "an action ended without saying how")))
    }
  }
}
