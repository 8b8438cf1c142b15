// SPDX-License-Identifier: Apache-2.0

internal import CPosix
import Diagnostics
import Glibc
import Synchronization

/// The programs that this process has started and not seen the end of, so that all of them can be ended when nobody
/// wants to wait for their ladders.
package enum RunningPrograms {
  private struct State: Sendable {
    /// How many run or are being started.
    var count = 0
    var cores: [ObjectIdentifier: ConsoleCore] = [:]
    /// Nothing is started any more.
    var isOver = false
    /// Told when the last one has ended; negative while nobody waits.
    var waiter: Int32 = -1
  }

  private static let state = Mutex(State())

  /// Takes the last step of every ladder at once: kills the sessions of all programs, and waits until they are gone.
  /// From then on nothing is started: it fails as canceled. Blocks the thread; meant for the end of the process.
  ///
  /// - Parameter limit: how long it waits; a process that hangs in the kernel never goes.
  package static func kill(within limit: Duration) {
    let waiter = cposix_event_create()
    let cores = state.withLock { state in
      state.isOver = true
      state.waiter = waiter
      return Array(state.cores.values)
    }
    for core in cores { core.request(.end(.immediate)) }
    wait(waiter, until: .now + limit)
    state.withLock { $0.waiter = -1 }
    if waiter >= 0 { close(waiter) }
  }

  private static func wait(_ waiter: Int32, until deadline: ContinuousClock.Instant) {
    var watched = pollfd(fd: waiter, events: Int16(POLLIN), revents: 0)
    while state.withLock({ $0.count > 0 }) {
      let rest = (deadline - .now) / .milliseconds(1)
      guard rest > 0 else { return }
      poll(&watched, 1, Int32(min(rest.rounded(.up), 60_000)))
    }
  }

  /// A program is about to be started; `add` or `remove` follows.
  static func announce() throws(Failure) {
    let isOver = state.withLock { state in
      if !state.isOver { state.count += 1 }
      return state.isOver
    }
    if isOver { throw Failure(.canceled, "command-canceled", "no program is started any more") }
  }

  /// A program that was announced runs.
  static func add(_ core: ConsoleCore) {
    let isOver = state.withLock { state in
      state.cores[ObjectIdentifier(core)] = core
      return state.isOver
    }
    if isOver { core.request(.end(.immediate)) }
  }

  /// A program that was announced has ended, or (nil) could not be started.
  static func remove(_ core: ConsoleCore?) {
    state.withLock { state in
      if let core { state.cores[ObjectIdentifier(core)] = nil }
      state.count -= 1
      if state.count == 0, state.waiter >= 0 { cposix_event_raise(state.waiter) }
    }
  }
}
