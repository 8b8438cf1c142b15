// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Waits for something that cannot be stopped, such as a system call of another thread, and no longer once the task is
/// canceled: what comes then is nobody's.
final class AbandonableWait<Value: Sendable>: Sendable {
  private enum State {
    case isNew
    case isWaiting(CheckedContinuation<Result<Value, any Error>, Never>)
    case isOver
  }

  private let state = Mutex(State.isNew)

  /// - Parameter begin: starts what is waited for; not called in a task that is canceled already. It calls `finish` of
  ///   this value once.
  /// - Throws: `CancellationError`, or the error that came.
  func value(begin: (AbandonableWait) -> Void) async throws -> Value {
    try await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isWaiting = state.withLock { state in
          guard case .isNew = state else { return false }
          state = .isWaiting(continuation)
          return true
        }
        guard isWaiting else { return continuation.resume(returning: .failure(CancellationError())) }
        begin(self)
      }
    } onCancel: {
      _ = finish(.failure(CancellationError()))
    }.get()
  }

  /// Ends the waiting.
  ///
  /// - Returns: whether somebody was waiting still; else whoever calls has to put away what came.
  func finish(_ result: Result<Value, any Error>) -> Bool {
    let continuation: CheckedContinuation<Result<Value, any Error>, Never>? = state.withLock { state in
      defer { state = .isOver }
      guard case .isWaiting(let continuation) = state else { return nil }
      return continuation
    }
    continuation?.resume(returning: result)
    return continuation != nil
  }
}
