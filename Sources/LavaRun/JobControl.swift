// SPDX-License-Identifier: Apache-2.0

internal import Consoles
internal import Glibc
internal import Pipeline
internal import Synchronization

/// Stops what runs when it is asked to: the job, and once that is over, the upload of its log (spec results-and-log §5).
/// Who asks the process to end, and asks again, has waited long enough: then it ends at once.
final class JobControl: Sendable {
  /// What somebody wants.
  enum Wish: Sendable {
    /// The job is to stop.
    case cancel
    /// The process is to end. It cancels the job too; the second wish does not wait for what that takes.
    case end
    /// The server does not know the job any more.
    case delete
  }

  private enum Phase {
    /// Nothing runs yet. A wish to stop is remembered.
    case early(Wish?)
    case job(PipelineRunner)
    case upload(@Sendable () -> Void)
  }

  private struct State {
    var phase = Phase.early(nil)
    /// Whether the process was asked to end in this phase.
    var mustEnd = false
    /// Completes the files of a job that is not waited for.
    var lastWords: (@Sendable () -> Void)?
  }

  /// How long killed programs may take to vanish: what `RunningPrograms` itself gives up after, and a little.
  private static let killWait = Duration.seconds(6)

  private let state = Mutex(State())

  /// From now on a wish to stop cancels this job; so does one that came before.
  ///
  /// - Parameter lastWords: completes the job's files before the process ends without waiting for the job.
  func watch(_ runner: PipelineRunner, lastWords: @escaping @Sendable () -> Void) {
    let pending = state.withLock { state -> Wish? in
      defer { state.phase = .job(runner) }
      state.lastWords = lastWords
      if case .early(let wish) = state.phase { return wish }
      return nil
    }
    if let pending { Self.cancel(runner, pending) }
  }

  /// From now on a wish to stop ends the upload.
  func watchUpload(_ abort: @escaping @Sendable () -> Void) {
    state.withLock { state in
      state.phase = .upload(abort)
      state.mustEnd = false
    }
  }

  /// Does what somebody wants. Does not come back where the process is asked to end for the second time.
  func take(_ wish: Wish) {
    let (now, isSecond) = state.withLock { state -> (Phase, Bool) in
      let isSecond = state.mustEnd && wish == .end
      if wish == .end { state.mustEnd = true }
      if case .early = state.phase { state.phase = .early(wish) }
      return (state.phase, isSecond)
    }
    switch now {
    case .early: break
    case .job(let runner): Self.cancel(runner, wish)
    case .upload(let abort): abort()
    }
    if isSecond { endProcess() }
  }

  private static func cancel(_ runner: PipelineRunner, _ wish: Wish) {
    runner.cancel(because: wish == .delete ? "The job was deleted on the lava-server" : nil)
  }

  /// On the thread that took the signal, whatever the job's own tasks do: nothing is waited for but the end of what was
  /// killed.
  private func endProcess() -> Never {
    state.withLock(\.lastWords)?()
    RunningPrograms.kill(within: Self.killWait)
    _exit(LavaRun.failed)
  }
}
