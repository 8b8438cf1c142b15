// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import Events
internal import Synchronization

/// Runs a plan from its validation to its clean-up and reports on the way (spec results-and-log §2, §4).
package final class PipelineRunner: Sendable {
  /// What the owner of the job does at its turns.
  package struct Hooks: Sendable {
    /// The first lines of the log.
    package var banner: [String]
    /// Checks that everything the job needs is there; nothing is started when it throws.
    package var validate: JobCheck?
    /// Runs behind it and before the first block: waits for what has to be there before the job begins.
    package var setUp: JobCheck?
    /// Told what the job ended of, if it did not come to its end, before `finalize` and whatever happened.
    package var over: (@Sendable (Failure?) async -> Void)?
    /// Runs after the clean-up of all actions: removes what the whole job shared.
    package var tidy: (@Sendable (EventLog) async -> Void)?
    /// Decide whether what an action left out counts.
    package var rules: VerdictRules

    package init(
      banner: [String] = [],
      validate: JobCheck? = nil,
      setUp: JobCheck? = nil,
      over: (@Sendable (Failure?) async -> Void)? = nil,
      tidy: (@Sendable (EventLog) async -> Void)? = nil,
      rules: VerdictRules = .strict
    ) {
      self.banner = banner
      self.validate = validate
      self.setUp = setUp
      self.over = over
      self.tidy = tidy
      self.rules = rules
    }
  }

  private struct State {
    var isCanceled = false
    /// What the job is to end of, once somebody wants it to stop.
    var stop: Failure?
    /// What a cancellation interrupts.
    var work: Task<Failure?, Never>?
  }

  private let plan: Plan
  private let log: EventLog
  private let clock: any PipelineClock
  private let hooks: Hooks
  private let state = Mutex(State())

  package init(plan: Plan, log: EventLog, clock: any PipelineClock = SystemClock(), hooks: Hooks = Hooks()) {
    self.plan = plan
    self.log = log
    self.clock = clock
    self.hooks = hooks
  }

  /// Stops the job: what runs is interrupted, then finalize and clean-up run as always. Canceling the task that runs
  /// the job does the same.
  ///
  /// - Parameter reason: for the job's result, instead of `The job was canceled`.
  package func cancel(because reason: String? = nil) {
    let again = state.withLock { state in
      defer { state.isCanceled = true }
      return state.isCanceled
    }
    guard !again else {
      log.log(.error, "The job was canceled again (too long to cancel)")
      return
    }
    var failure = Execution.canceled
    if let reason { failure.message = reason }
    stop(because: failure)
  }

  /// Stops the job as ``cancel(because:)`` does, for something that has happened elsewhere. What stops it first counts.
  ///
  /// - Parameter failure: what it ends of; not of kind `timeout`, which a block may skip.
  package func stop(because failure: Failure) {
    let work = state.withLock { state in
      guard state.stop == nil else { return Task<Failure?, Never>?.none }
      state.stop = failure
      return state.work
    }
    work?.cancel()
  }

  /// Runs the job to its end, once. Always comes back: with what went wrong in the outcome.
  package func run() async -> JobOutcome {
    await withTaskCancellationHandler {
      await runToTheEnd()
    } onCancel: {
      cancel()
    }
  }

  private func runToTheEnd() async -> JobOutcome {
    let start = clock.now
    let stop: @Sendable () -> Failure? = { [self] in self.stop }
    let execution = Execution(log: log, clock: clock, rules: hooks.rules, stop: stop)
    for line in hooks.banner { log.log(.info, line) }
    var failure = await interruptible { () async throws(Failure) in try await self.validate() }
    let isInvalid = failure != nil
    if !isInvalid {
      failure = await interruptible { () async throws(Failure) in
        try await self.setUp()
        try await self.runBlocks(execution)
      }
    }
    if let over = hooks.over {
      let known = failure
      await Task { await over(known) }.value
    }
    if !isInvalid {
      let late = await finalize(execution)
      failure = failure ?? late
    }
    log.log(.info, "Cleaning after the job")
    await execution.cleanUp()
    if let tidy = hooks.tidy {
      let log = log
      await Task { await tidy(log) }.value
    }
    failure = execution.shortcomings.verdict(after: failure)
    conclude(failure)
    return JobOutcome(failure: failure, isInvalid: isInvalid, duration: clock.now - start)
  }

  private var stop: Failure? { state.withLock(\.stop) }

  private func checkStop() throws(Failure) {
    if let stop { throw stop }
  }

  /// Runs work that a cancellation of the job interrupts, and waits for its end.
  private func interruptible(_ work: @escaping @Sendable () async throws(Failure) -> Void) async -> Failure? {
    let task = Task { () async -> Failure? in
      do throws(Failure) {
        try await work()
        return nil
      } catch {
        return error
      }
    }
    let isStopped = state.withLock { state in
      state.work = task
      return state.stop != nil
    }
    if isStopped { task.cancel() }
    let failure = await task.value
    state.withLock { $0.work = nil }
    return failure
  }

  private func validate() async throws(Failure) {
    let start = clock.now
    log.log(.info, "start: 0 validate")
    log.log(.info, "Start time: \(Timestamp(nanoseconds: log.time).spaced) (UTC)")
    for warning in plan.warnings { log.log(.warning, warning) }
    var failure: Failure?
    do throws(Failure) {
      if stop == nil { try await hooks.validate?(log) }
    } catch {
      failure = error
    }
    failure = stop ?? failure
    if let failure { log.log(.exception, failure.message) }
    log.log(.info, "validate duration: \((clock.now - start).secondsText)")
    log.emit(.result(ResultRecord(.validation, case: "validate", result: failure == nil ? .pass : .fail)))
    if let failure { throw failure }
  }

  private func setUp() async throws(Failure) {
    do throws(Failure) {
      if stop == nil { try await hooks.setUp?(log) }
    } catch {
      try checkStop()
      log.log(.exception, error.message)
      throw error
    }
    try checkStop()
  }

  /// Everything but the finalize block, within the job's time.
  private func runBlocks(_ execution: Execution) async throws(Failure) {
    let start = clock.now
    let deadline = Deadline(instant: start + plan.jobTimeout, owner: .job)
    for block in plan.blocks where block.block.section != .finalize {
      try checkStop()
      guard deadline.remaining(at: clock.now) > .zero else {
        throw Failure(
          .job,
          "job-timeout",
          "job timed out after \((clock.now - start).components.seconds) seconds",
          advice: "Raise 'job' in the job's 'timeouts'."
        )
      }
      try await execution.run(block, until: deadline)
    }
  }

  /// The finalize block, which neither a cancellation nor the job's timeout stops: in a task of its own, within its
  /// own timeout.
  private func finalize(_ execution: Execution) async -> Failure? {
    let task = Task { () async -> Failure? in
      var first: Failure?
      for block in plan.blocks where block.block.section == .finalize {
        let deadline = Deadline(instant: clock.now + block.root.timeout, owner: .action(block.root.name))
        do throws(Failure) {
          try await execution.run(block, until: deadline)
        } catch {
          first = first ?? error
        }
      }
      return first
    }
    return await task.value
  }

  /// The last lines: how the job ended, in LAVA's words, and its result.
  private func conclude(_ failure: Failure?) {
    if let failure {
      if let cause = failure.cause { log.log(.info, "Cause: \(cause)") }
      if let advice = failure.advice { log.log(.info, "Advice: \(advice)") }
      log.log(.error, failure.kind.finalText)
    } else {
      log.log(.info, "Job finished correctly")
    }
    log.emit(.result(ResultRecord(ofJobEndedBy: failure)))
  }
}
