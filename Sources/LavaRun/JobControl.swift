// SPDX-License-Identifier: Apache-2.0

internal import Pipeline
internal import Synchronization

/// Stops what runs when it is asked to: the job, and once that is over, the upload of its log (spec results-and-log §5).
final class JobControl: Sendable {
  private enum Phase {
    /// Nothing runs yet. A wish to stop is remembered, with its reason.
    case early(isDeleted: Bool?)
    case job(PipelineRunner)
    case upload(@Sendable () -> Void)
  }

  private let phase = Mutex(Phase.early(isDeleted: nil))

  /// From now on a wish to stop cancels this job; so does one that came before.
  func watch(_ runner: PipelineRunner) {
    let pending = phase.withLock { phase -> Bool? in
      defer { phase = .job(runner) }
      if case .early(let isDeleted) = phase { return isDeleted }
      return nil
    }
    if let pending { Self.cancel(runner, isDeleted: pending) }
  }

  /// From now on a wish to stop ends the upload.
  func watchUpload(_ abort: @escaping @Sendable () -> Void) { phase.withLock { $0 = .upload(abort) } }

  /// - Parameter isDeleted: the server does not know the job any more.
  func stop(isDeleted: Bool) {
    let now = phase.withLock { phase -> Phase in
      if case .early = phase { phase = .early(isDeleted: isDeleted) }
      return phase
    }
    switch now {
    case .early: return
    case .job(let runner): Self.cancel(runner, isDeleted: isDeleted)
    case .upload(let abort): abort()
    }
  }

  private static func cancel(_ runner: PipelineRunner, isDeleted: Bool) {
    runner.cancel(because: isDeleted ? "The job was deleted on the lava-server" : nil)
  }
}
