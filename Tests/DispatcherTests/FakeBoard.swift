// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import JobModel
import Pipeline
import Synchronization
import Testing

@testable import Dispatcher

/// A shell script in the place of a board, on whose console one test of a job runs.
struct FakeBoard {
  /// What came of the test.
  struct Outcome {
    var failure: Failure?
    /// `suite/case verdict measurement units`.
    var results: [String]
    var records: [ResultRecord]
  }

  let keeper = EventKeeper()
  let clock: any PipelineClock
  let context: JobContext
  private let script: String

  /// - Parameters:
  ///   - test: the keys of the test block, YAML.
  ///   - script: what `sh` runs as the board.
  ///   - clock: of the pipeline; unless told one that stands still, so that no machine is too slow for a timeout.
  ///   - actions: blocks before the test, YAML; each counts as done.
  ///   - group: the other boards.
  init(
    test: String,
    script: String,
    clock: any PipelineClock = ManualClock(),
    actions: String = "",
    group: (any GroupCalls)? = nil,
    _ change: (inout RunSettings) -> Void = { _ in }
  ) throws {
    let text = """
      job_name: trial
      timeouts: {job: {minutes: 30}}
      actions:
      \(actions)
      - test:
      \(test.split(separator: "\n").map { "    \($0)\n" }.joined())
      """
    var settings = RunSettings(jobID: "4242", outputFolder: "/nowhere")
    change(&settings)
    let job = try Sample.job(text)
    let device = try Sample.device(Sample.deviceText + "dispatcher_ip: 192.0.2.1\n")
    self.script = script
    self.clock = clock
    let events = EventLog(sinks: [keeper], now: { 0 })
    context = JobContext(job: job, device: device, settings: settings, events: events, group: group)
  }

  /// Opens a console and runs the test on it, for at most 100 seconds.
  ///
  /// - Parameters:
  ///   - connection: the connection timeout.
  ///   - others: scripts of boards in other namespaces.
  func run(connection: Duration = .seconds(30), others: [String: String] = [:]) async throws -> Outcome {
    let events = context.events
    for (namespace, script) in others.merging(["common": script], uniquingKeysWith: { $1 }) {
      let console = try await Console.spawn(ConsoleCommand(["/bin/sh", "-c", script]))
      let session = BoardSession(console: console, characterDelay: .zero, events: events)
      context.withState(of: namespace) { $0.session = session }
    }
    let strategy = try #require(try context.strategies().last).strategy
    let blocks = strategy.actions.map { Block(.test, $0, timeout: .seconds(100)) }
    let plan = try Plan(
      blocks: blocks,
      settings: TimeoutSettings(job: .seconds(1000), connection: TimeLimit(connection))
    )
    let failure = await PipelineRunner(plan: plan, log: events, clock: clock).run().failure
    for (namespace, _) in context.sessions { await context.disconnect(namespace: namespace) }
    let records = keeper.records.filter { $0.origin != .validation && $0.origin != .job && $0.origin != .action }
    return Outcome(failure: failure, results: records.map(Self.text), records: records)
  }

  private static func text(_ record: ResultRecord) -> String {
    let more = [record.measurement.map { "\($0)" }, record.units].compactMap { $0 }
    return (["\(record.definition)/\(record.testCase)", record.result.rawValue] + more).joined(separator: " ")
  }
}

/// Keeps what a log says, and lets tests wait for it.
final class EventKeeper: EventSink {
  private struct State {
    /// Each with its level.
    var lines: [String] = []
    var records: [ResultRecord] = []
    var waiting: [(line: String, count: Int, wake: CheckedContinuation<Void, Never>)] = []

    func has(_ line: String, _ count: Int) -> Bool { lines.count { $0 == line } >= count }
  }

  private let state = Mutex(State())

  var lines: [String] { state.withLock(\.lines) }
  var records: [ResultRecord] { state.withLock(\.records) }

  /// The lines of some levels, but those that each action writes.
  func lines(of levels: String...) -> [String] {
    lines.filter { line in levels.contains { line.hasPrefix("\($0) ") } }
  }

  /// Waits until a line has come so many times.
  func wait(for line: String, count: Int = 1) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.has(line, count) { return true }
        state.waiting.append((line, count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  func receive(_ event: Event, index: Int) {
    let woken = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      switch event.kind {
      case .log(let level, let text, let namespace):
        state.lines.append("\(level.rawValue)\(namespace.map { "(\($0))" } ?? "") \(text)")
      case .result(let record): state.records.append(record)
      case .actionStarted, .actionEnded, .signals: return []
      }
      let waiting = state.waiting
      state.waiting = waiting.filter { !state.has($0.line, $0.count) }
      return waiting.filter { state.has($0.line, $0.count) }.map(\.wake)
    }
    for continuation in woken { continuation.resume() }
  }
}
