// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Events

/// When something must be over, and whose limit that is.
struct Deadline: Sendable {
  enum Owner: Sendable {
    /// The whole job's.
    case job
    /// An action's, by name.
    case action(String)
  }

  let instant: Duration
  let owner: Owner

  /// The earlier of this limit and the one of an action that begins now.
  func narrowed(to action: PlannedAction, now: Duration) -> Deadline {
    let own = now + action.timeout
    // Equal limits are the outer one's: that one has to be raised to get further.
    return own < instant ? Deadline(instant: own, owner: .action(action.name)) : self
  }

  /// What is left, as LAVA's alarm counts it: in whole seconds, rounded (spec jobs §4.2).
  func remaining(at now: Duration) -> Duration { .seconds((instant - now).roundedSeconds) }

  /// The failure of an action that is running when this limit is reached.
  ///
  /// - Parameter elapsed: since the action's start.
  func failure(of action: PlannedAction, elapsed: Duration, cause: String? = nil) -> Failure {
    let message = "\(action.name) timed out after \(max(elapsed, .zero).components.seconds) seconds"
    let kind = action.action.timeoutFailure
    return switch owner {
    case .job:
      Failure(
        kind,
        "job-timeout",
        message,
        advice: "The job's time is over: raise 'job' in its 'timeouts'.",
        cause: cause
      )
    case .action(let name):
      Failure(
        kind,
        "action-timeout",
        message,
        advice: "Find out what it waited for, or raise the timeout of \(name) ('timeouts: {\(name): …}').",
        cause: cause
      )
    }
  }
}
