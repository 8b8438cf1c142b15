// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Pipeline
import Synchronization
import YAMLDocument

/// Keeps events as one line each: `level text` for log lines, `result CASE VERDICT {extra}` for results.
final class Recorder: EventSink {
  private let events = Mutex<[Event]>([])

  var lines: [String] { events.withLock { $0.map(Self.line) } }

  /// The starts of actions: `2.1 name #attempt`, with `!` when it supersedes.
  var starts: [String] {
    events.withLock { events in
      events.compactMap { event in
        guard case .actionStarted(let start) = event.kind else { return nil }
        return "\(start.level) \(start.name) #\(start.attempt)\(start.supersedes ? "!" : "")"
      }
    }
  }

  func receive(_ event: Event, index: Int) { events.withLock { $0.append(event) } }

  private static func line(_ event: Event) -> String {
    switch event.kind {
    case .log(let level, let text, _): return "\(level.rawValue) \(text)"
    case .actionStarted(let start): return "\(start.logLevel.rawValue) \(start.text)"
    case .actionEnded(let end): return "\(end.logLevel.rawValue) \(end.text)"
    case .signals(let record): return "\(record.logLevel.rawValue) \(record.text)"
    case .result(let record):
      let extra = record.extra.map { "\($0.key.string ?? "?")=\($0.value.string ?? "?")" }
      return (["result", record.testCase, record.result.rawValue] + extra).joined(separator: " ")
    }
  }
}

/// A job on a clock that stands still until the test moves it.
struct Bench {
  let clock = ManualClock()
  let recorder = Recorder()
  let runner: PipelineRunner

  init(jobTimeout: Duration = .seconds(600), _ blocks: [Block], hooks: PipelineRunner.Hooks = .init()) throws {
    let plan = try Plan(blocks: blocks, settings: TimeoutSettings(job: jobTimeout))
    let log = EventLog(sinks: [recorder], now: { 0 })
    runner = PipelineRunner(plan: plan, log: log, clock: clock, hooks: hooks)
  }
}

/// Notes what was done, in order.
final class Journal: Sendable {
  private let entries = Mutex<[String]>([])

  var all: [String] { entries.withLock { $0 } }

  func note(_ entry: String) { entries.withLock { $0.append(entry) } }

  /// A step that only notes.
  func step(_ entry: String) -> Action.Step {
    { _ in self.note(entry) }
  }
}

/// A step that works for as long as the clock says.
func working(_ duration: Duration) -> Action.Step {
  { run throws(Failure) in
    do throws(CancellationError) {
      try await run.clock.sleep(for: duration)
    } catch {
      throw Failure(.infrastructure, "interrupted", "interrupted")
    }
  }
}

/// A step that fails.
func failing(_ kind: Failure.Kind, _ message: String) -> Action.Step {
  { _ throws(Failure) in throw Failure(kind, "planned", message) }
}

/// The end of every job.
func finalizeBlock(_ journal: Journal? = nil) -> Block {
  Block(
    .finalize,
    Action("finalize") {
      Action("power-off", run: { _ in journal?.note("power-off") })
      Action("read-feedback", run: { _ in journal?.note("read-feedback") })
    }
  )
}
