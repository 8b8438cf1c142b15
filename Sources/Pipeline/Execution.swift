// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Events
internal import Synchronization
internal import YAMLDocument

/// One run of a plan: starts actions, watches their time, tries again, cleans up (spec jobs §4.2, §4.3).
///
/// Only the steps of actions (`run`, `finish`) are timed. An action that has children needs no timer of its own: no
/// child's deadline is later than its parent's, so the innermost running action is the one that is named.
final class Execution: Sendable {
  private struct State {
    /// Actions to clean up after, in the order of their starts.
    var started: [(action: PlannedAction, run: ActionRun)] = []
    /// How many times each level has been started.
    var starts: [String: Int] = [:]
  }

  /// What an action takes from the one around it.
  private struct Surroundings {
    let block: Block
    let deadline: Deadline
    /// Whether this is another try after a failed one.
    var supersedes = false
    /// Whether it ends when the job is to stop. Not in the finalize block.
    let isStoppable: Bool
  }

  static let canceled = Failure(.canceled, "canceled", "The job was canceled")

  private let log: EventLog
  private let clock: any PipelineClock
  /// What the job is to end of, once it is to stop.
  private let stop: @Sendable () -> Failure?
  private let state = Mutex(State())
  let shortcomings: ShortcomingLog

  init(
    log: EventLog,
    clock: any PipelineClock,
    rules: VerdictRules,
    stop: @escaping @Sendable () -> Failure?
  ) {
    self.log = log
    self.clock = clock
    self.stop = stop
    shortcomings = ShortcomingLog(rules, log)
  }

  /// Runs one block.
  func run(_ block: PlannedBlock, until deadline: Deadline) async throws(Failure) {
    let surroundings = Surroundings(
      block: block.block,
      deadline: deadline,
      isStoppable: block.block.section != .finalize
    )
    do throws(Failure) {
      try await run(block.root, in: surroundings)
    } catch {
      // Only a block that says `skip` lets this kind come so far.
      guard error.kind == .timeout else { throw error }
      log.log(.warning, "skip_timeout is set for \(block.root.name) - continuing to next action block.")
    }
  }

  private func run(_ action: PlannedAction, in outer: Surroundings) async throws(Failure) {
    let run = begin(action, in: outer)
    let inner = Surroundings(
      block: outer.block,
      deadline: outer.deadline.narrowed(to: action, now: run.start),
      supersedes: outer.supersedes,
      isStoppable: outer.isStoppable
    )
    do throws(Failure) {
      try await step(action.action.run, of: action, run, inner)
      if outer.block.section == .finalize {
        try await runAll(action, run, inner)
      } else {
        try await (action.action.isRetry ? tryAgain(action, run, inner) : runChildren(action, run, inner))
        try await step(action.action.finish, of: action, run, inner)
      }
    } catch {
      end(action, run, error)
      throw error
    }
    end(action, run, nil)
  }

  private func begin(_ action: PlannedAction, in outer: Surroundings) -> ActionRun {
    let now = clock.now
    let deadline = outer.deadline.narrowed(to: action, now: now)
    let attempt = state.withLock { state in
      state.starts[action.level, default: 0] += 1
      return state.starts[action.level, default: 1]
    }
    if outer.supersedes { shortcomings.supersede(action.level) }
    let run = ActionRun(
      level: action.level,
      name: action.name,
      namespace: action.namespace,
      section: action.section,
      attempt: attempt,
      start: now,
      deadline: deadline.instant,
      connectionTimeout: action.connectionTimeout,
      clock: clock,
      events: log,
      shortcomings: shortcomings
    )
    let start = ActionStart(
      level: action.level,
      name: action.name,
      timeout: run.remaining,
      namespace: action.namespace,
      attempt: attempt,
      supersedes: outer.supersedes
    )
    log.emit(.actionStarted(start))
    if action.action.cleanup != nil { state.withLock { $0.started.append((action, run)) } }
    return run
  }

  /// The lines an action leaves at its end: the failure, the end, and its result if there is something to say.
  private func end(_ action: PlannedAction, _ run: ActionRun, _ failure: Failure?) {
    if let failure { log.log(.exception, failure.message) }
    let duration = clock.now - run.start
    let end = ActionEnd(
      level: action.level,
      name: action.name,
      duration: duration,
      namespace: action.namespace,
      failure: failure?.message
    )
    log.emit(.actionEnded(end))
    if let failure { run.findings.record("fail", .string(failure.message)) }
    let findings = run.findings.all
    guard !findings.isEmpty else { return }
    var record = ResultRecord(.action, case: action.name, result: failure == nil ? .pass : .fail)
    record.namespace = action.namespace
    record.level = action.level
    record.duration = duration
    record.extra = findings
    log.emit(.result(record))
  }

  /// One timed step of an action.
  private func step(
    _ step: Action.Step?,
    of action: PlannedAction,
    _ run: ActionRun,
    _ inner: Surroundings
  ) async throws(Failure) {
    try checkStop(inner)
    guard let step else { return }
    try checkTime(of: action, run, inner)
    let now = clock.now
    let end = now + inner.deadline.remaining(at: now)
    let finish = await Race.run(until: end, on: clock) { () async throws(Failure) in try await step(run) }
    switch finish {
    case .finished(.success): return
    case .finished(.failure(let failure)):
      try checkStop(inner)
      throw classified(failure, inner.block)
    case .expired(let late):
      try checkStop(inner)
      var cause: String?
      if case .failure(let failure) = late, failure.kind != .canceled { cause = failure.message }
      throw classified(inner.deadline.failure(of: action, elapsed: clock.now - run.start, cause: cause), inner.block)
    }
  }

  /// A test's timeout is a failure of the test, unless the block wants to go on without it.
  private func classified(_ failure: Failure, _ block: Block) -> Failure {
    guard failure.kind == .timeout, !block.skipsTimeout else { return failure }
    var failure = failure
    failure.kind = .test
    return failure
  }

  private func checkStop(_ inner: Surroundings) throws(Failure) {
    if inner.isStoppable, let stop = stop() { throw stop }
  }

  /// Nothing further is begun in an action whose time is over.
  private func checkTime(of action: PlannedAction, _ run: ActionRun, _ inner: Surroundings) throws(Failure) {
    guard inner.deadline.remaining(at: clock.now) <= .zero else { return }
    throw classified(inner.deadline.failure(of: action, elapsed: clock.now - run.start), inner.block)
  }

  private func runChildren(_ action: PlannedAction, _ run: ActionRun, _ inner: Surroundings) async throws(Failure) {
    for child in action.children {
      try checkTime(of: action, run, inner)
      try await self.run(child, in: inner)
    }
  }

  /// Finalize: everything runs, whatever failed; the first failure is reported.
  private func runAll(_ action: PlannedAction, _ run: ActionRun, _ inner: Surroundings) async throws(Failure) {
    var first: Failure?
    for child in action.children {
      do throws(Failure) {
        try await self.run(child, in: inner)
      } catch {
        first = first ?? error
      }
    }
    do throws(Failure) {
      try await step(action.action.finish, of: action, run, inner)
    } catch {
      first = first ?? error
    }
    if let first { throw first }
  }
}

// Trying again.
extension Execution {
  /// Runs the children of a retry action until they succeed, or as often as `repeat` says.
  private func tryAgain(_ action: PlannedAction, _ run: ActionRun, _ inner: Surroundings) async throws(Failure) {
    let repeats = inner.block.repeatCount != nil
    let limit = action.maxRetries
    var failed = 0
    var last: Failure?
    for attempt in 1...limit {
      let mark = state.withLock(\.started.count)
      do throws(Failure) {
        var surroundings = inner
        surroundings.supersedes = inner.supersedes || (attempt > 1 && !repeats)
        try await runChildren(action, run, surroundings)
        guard repeats else { return }
      } catch {
        try checkStop(inner)
        guard error.kind.isRetryable else { throw error }
        failed += 1
        last = error
        log.log(.error, "\(action.name) failed: \(attempt) of \(limit) attempts. '\(error.message)'")
        await cleanUp(from: mark)
        if attempt == limit { throw error }
        try await pause(after: attempt, of: action, error, inner)
      }
    }
    guard let last else { return }
    throw last.restated("\(failed) retries out of \(limit) failed for \(action.name)")
  }

  /// Waits before the next try, if there is time for one.
  private func pause(
    after attempt: Int,
    of action: PlannedAction,
    _ failure: Failure,
    _ inner: Surroundings
  ) async throws(Failure) {
    if inner.deadline.remaining(at: clock.now) > .zero {
      let clock = clock
      _ = await Race.run(until: inner.deadline.instant, on: clock) { () async throws(Failure) in
        do throws(CancellationError) {
          try await clock.sleep(for: inner.block.failureRetryInterval)
        } catch {
          throw Self.canceled
        }
      }
      try checkStop(inner)
    }
    let remaining = inner.deadline.remaining(at: clock.now)
    guard remaining > .zero else {
      throw failure.restated(
        "No time left for remaining \(action.maxRetries - attempt) retries. You should either increase block timeout "
          + "or decrease named action timeout. \(attempt) retries out of \(action.maxRetries) failed for \(action.name)"
      )
    }
    log.log(.warning, "Retrying: \(action.level) \(action.name) (timeout \(remaining.clockText))")
  }
}

// Cleaning up.
extension Execution {
  /// The budget of one clean-up, LAVA's `job-cleanup` (spec jobs §4.2).
  static let cleanupTimeout = Duration.seconds(300)
  /// What each clean-up step gets even when those before it used up the budget.
  static let leastCleanupTime = Duration.seconds(10)

  /// Undoes what was started, the last first, and not stopped by a cancellation: it has a task of its own.
  ///
  /// - Parameter mark: how many of the started actions to leave alone.
  func cleanUp(from mark: Int = 0) async {
    let items = state.withLock { state in
      let items = state.started[mark...]
      state.started.removeSubrange(mark...)
      return Array(items.reversed())
    }
    guard !items.isEmpty else { return }
    let task = Task {
      let end = clock.now + Self.cleanupTimeout
      for item in items { await cleanUp(after: item.action, item.run, until: end) }
    }
    await task.value
  }

  private func cleanUp(after action: PlannedAction, _ started: ActionRun, until end: Duration) async {
    guard let cleanup = action.action.cleanup else { return }
    let now = clock.now
    let limit = max(end, now + Self.leastCleanupTime)
    let run = ActionRun(
      level: started.level,
      name: started.name,
      namespace: started.namespace,
      section: started.section,
      attempt: started.attempt,
      start: now,
      deadline: limit,
      connectionTimeout: started.connectionTimeout,
      clock: clock,
      events: log,
      shortcomings: shortcomings
    )
    switch await Race.run(until: limit, on: clock, { () async throws(Failure) in try await cleanup(run) }) {
    case .finished(.success): return
    case .finished(.failure(let failure)):
      log.log(.error, "Cleaning up after \(action.level) \(action.name) failed: \(failure)")
    case .expired:
      let seconds = (clock.now - now).components.seconds
      log.log(.error, "job-cleanup timed out after \(seconds) seconds, in \(action.level) \(action.name)")
    }
  }
}
