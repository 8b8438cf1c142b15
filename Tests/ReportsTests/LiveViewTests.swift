// SPDX-License-Identifier: Apache-2.0

import Reports
import Synchronization
import Testing

/// The clock of what a person watches.
@Suite struct LiveViewTests {
  private final class View: LiveView {
    /// What was done, and who waits for the first tick.
    private let state = Mutex((calls: [String](), waiter: CheckedContinuation<Void, Never>?.none))

    var calls: [String] { state.withLock(\.calls) }

    func tick() { note("tick")?.resume() }
    func finish() { note("finish")?.resume() }

    private func note(_ call: String) -> CheckedContinuation<Void, Never>? {
      state.withLock { state in
        state.calls.append(call)
        defer { state.waiter = nil }
        return state.waiter
      }
    }

    func untilItIsCalled() async {
      await withCheckedContinuation { continuation in
        let isCalled = state.withLock { state in
          if state.calls.isEmpty { state.waiter = continuation }
          return !state.calls.isEmpty
        }
        if isCalled { continuation.resume() }
      }
    }
  }

  @Test func timeGoesOnUntilTheWorkIsOver() async {
    let view = View()
    let during = await view.accompany { () async -> [String] in
      await view.untilItIsCalled()
      return view.calls
    }
    #expect(during.allSatisfy { $0 == "tick" } && !during.isEmpty)
    // Then the last line goes, and does not come back.
    #expect(view.calls.last == "finish")
    #expect(view.calls.count { $0 == "finish" } == 1)
  }
}
