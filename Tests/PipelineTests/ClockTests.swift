// SPDX-License-Identifier: Apache-2.0

import Pipeline
import Testing

/// What both clocks promise; no test waits for time to pass.
@Suite struct ClockTests {
  @Test(arguments: [SystemClock(), ManualClock()] as [any PipelineClock])
  func whatIsPastIsNotWaitedFor(_ clock: any PipelineClock) async throws {
    try await clock.sleep(until: clock.now)
    try await clock.sleep(until: .seconds(-5))
  }

  @Test(arguments: [SystemClock(), ManualClock()] as [any PipelineClock])
  func aCanceledSleepEndsAtOnce(_ clock: any PipelineClock) async {
    let task = Task { try await clock.sleep(until: .seconds(1_000_000)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func theEarliestIsWokenFirst() async throws {
    let clock = ManualClock()
    let journal = Journal()
    let late = Task {
      try await clock.sleep(until: .seconds(20))
      journal.note("late")
    }
    let early = Task {
      try await clock.sleep(until: .seconds(10))
      journal.note("early")
    }
    await clock.advanceToNext(sleepers: 2)
    try await early.value
    #expect(clock.now == .seconds(10))
    clock.advance(by: .seconds(5))
    #expect(journal.all == ["early"])
    clock.advance(by: .seconds(5))
    try await late.value
    #expect(journal.all == ["early", "late"])
  }

  @Test func timeNeverGoesBack() {
    let clock = ManualClock()
    clock.advance(to: .seconds(9))
    clock.advance(to: .seconds(3))
    #expect(clock.now == .seconds(9))
  }
}
