// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Pipeline
import Synchronization

@testable import Dispatcher

/// A board that is a program of this machine.
enum SmallBoard {
  /// Runs a step of an action that may take 100 seconds, on a board that is a shell script. On a `ManualClock` that nobody
  /// advances it may take as long as a busy machine needs.
  ///
  /// - Returns: what the failure says, if there is one.
  static func run(
    _ lines: LineKeeper,
    _ clock: some PipelineClock,
    board: String,
    observer: ConsoleObserver? = nil,
    patience: TypingPatience = TypingPatience(),
    _ step: @escaping @Sendable (BoardSession, ActionRun) async throws(Failure) -> Void
  ) async -> String? {
    await run(lines, clock, ["/bin/sh", "-c", board], observer: observer, patience: patience, step)
  }

  /// The same on a board that is some program.
  static func run(
    _ lines: LineKeeper,
    _ clock: some PipelineClock,
    _ command: [String],
    observer: ConsoleObserver? = nil,
    patience: TypingPatience = TypingPatience(),
    _ step: @escaping @Sendable (BoardSession, ActionRun) async throws(Failure) -> Void
  ) async -> String? {
    let events = EventLog(sinks: [lines], now: { 0 })
    let action = Action(
      "login-action",
      run: { run throws(Failure) in
        let console = try await Console.spawn(ConsoleCommand(command), observer: observer)
        let session = BoardSession(console: console, characterDelay: .zero, events: events, patience: patience)
        var failure: Failure?
        do throws(Failure) {
          try await step(session, run)
        } catch {
          failure = error
        }
        await console.close(.immediate)
        if let failure { throw failure }
      }
    )
    do throws(Failure) {
      let block = Block(.boot, action, timeout: .seconds(100))
      let plan = try Plan(blocks: [block], settings: TimeoutSettings(job: .seconds(1000)))
      return await PipelineRunner(plan: plan, log: events, clock: clock).run().failure?.message
    } catch {
      return error.message
    }
  }
}

/// Keeps the lines of a log, each with its level.
final class LineKeeper: EventSink {
  private let kept = Mutex<[String]>([])

  var all: [String] { kept.withLock(\.self) }

  func receive(_ event: Event, index: Int) {
    if case .log(let level, let text, _) = event.kind { kept.withLock { $0.append("\(level.rawValue) \(text)") } }
  }
}
