// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A clock for tests: time stands still until it is told to go on, and whoever sleeps is known. Nothing really waits.
package final class ManualClock: PipelineClock {
  private struct Sleeper {
    let id: Int
    let deadline: Duration
    let wake: CheckedContinuation<Bool, Never>
  }

  private struct Watcher {
    let count: Int
    let wake: CheckedContinuation<Void, Never>
  }

  private struct State {
    var now: Duration = .zero
    var nextID = 0
    var sleepers: [Sleeper] = []
    var watchers: [Watcher] = []
  }

  private let state = Mutex(State())

  package init() {}

  package var now: Duration { state.withLock(\.now) }

  package func sleep(until instant: Duration) async throws(CancellationError) {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    let isOver = await withTaskCancellationHandler {
      await withCheckedContinuation { register(Sleeper(id: id, deadline: instant, wake: $0)) }
    } onCancel: {
      endEarly(id)
    }
    guard isOver else { throw CancellationError() }
  }

  /// Moves time on and wakes whoever's time has come, the earliest first.
  package func advance(by duration: Duration) {
    advance(to: now + duration)
  }

  /// Moves time on to `instant`; time never goes back.
  package func advance(to instant: Duration) {
    let due = state.withLock { state in
      state.now = max(state.now, instant)
      let due = state.sleepers.filter { $0.deadline <= state.now }.sorted {
        ($0.deadline, $0.id) < ($1.deadline, $1.id)
      }
      state.sleepers.removeAll { $0.deadline <= state.now }
      return due
    }
    for sleeper in due { sleeper.wake.resume(returning: true) }
  }

  /// Waits until exactly `count` tasks sleep on this clock.
  package func sleepers(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.sleepers.count == count { return true }
        state.watchers.append(Watcher(count: count, wake: continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  /// Waits until exactly `count` tasks sleep, then moves time on to the earliest of their deadlines.
  ///
  /// In a pipeline whatever waits has two sleepers, itself and the timer of its deadline: an action that sleeps, a pause
  /// between two tries. What waits for nothing never has two.
  package func advanceToNext(sleepers count: Int) async {
    await sleepers(count)
    guard let next = state.withLock({ $0.sleepers.map(\.deadline).min() }) else { return }
    advance(to: next)
  }

  private func register(_ sleeper: Sleeper) {
    // Whether the task is canceled is asked under the lock: the handler of a cancellation takes it, too, so it comes
    // either before (then the task knows) or after (then the sleeper is found).
    let (outcome, watchers): (Bool?, [Watcher]) = state.withLock { state in
      if Task.isCancelled { return (false, []) }
      if sleeper.deadline <= state.now { return (true, []) }
      state.sleepers.append(sleeper)
      return (nil, takeWatchers(&state))
    }
    if let outcome { sleeper.wake.resume(returning: outcome) }
    for watcher in watchers { watcher.wake.resume() }
  }

  private func endEarly(_ id: Int) {
    let (sleeper, watchers): (Sleeper?, [Watcher]) = state.withLock { state in
      guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else { return (nil, []) }
      let sleeper = state.sleepers.remove(at: index)
      return (sleeper, takeWatchers(&state))
    }
    sleeper?.wake.resume(returning: false)
    for watcher in watchers { watcher.wake.resume() }
  }

  private func takeWatchers(_ state: inout State) -> [Watcher] {
    let count = state.sleepers.count
    let met = state.watchers.filter { $0.count == count }
    state.watchers.removeAll { $0.count == count }
    return met
  }
}
