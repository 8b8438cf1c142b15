// SPDX-License-Identifier: Apache-2.0

package import Events
internal import Synchronization

/// A result together with what was going on around it.
package struct CollectedResult: Sendable {
  /// What never changes. Shared, since it is large, and reports sort and group results.
  private final class Facts: Sendable {
    let record: ResultRecord
    let time: Int64
    let index: Int
    let reporter: String?
    let lastLines: [String]

    init(_ record: ResultRecord, time: Int64, index: Int, reporter: String?, lastLines: [String]) {
      self.record = record
      self.time = time
      self.index = index
      self.reporter = reporter
      self.lastLines = lastLines
    }
  }

  private let facts: Facts
  /// True when a later try replaced the try that reported it: it is kept, and does not count.
  package fileprivate(set) var isSuperseded = false

  fileprivate init(_ record: ResultRecord, time: Int64, index: Int, reporter: String?, lastLines: [String]) {
    facts = Facts(record, time: time, index: index, reporter: reporter, lastLines: lastLines)
  }

  package var record: ResultRecord { facts.record }

  /// Nanoseconds since the epoch.
  package var time: Int64 { facts.time }

  /// Index of its log line.
  package var index: Int { facts.index }

  /// The level of the innermost action that was running.
  package var reporter: String? { facts.reporter }

  /// The last lines the board printed before it, only for what did not pass.
  package var lastLines: [String] { facts.lastLines }
}

/// How the signals of a test came, together with what became of the test.
package struct CollectedSignals: Sendable, Hashable {
  package let record: SignalRecord
  /// True when a later try replaced the test.
  package fileprivate(set) var isSuperseded = false
}

/// Keeps the results of a job, and for those that did not pass what the board said last.
package final class ResultCollector: EventSink {
  private struct State {
    var results: [CollectedResult] = []
    var signals: [CollectedSignals] = []
    var running: [String] = []
    var lines = RecentLines()
    var explained = 0
    var started: Int64?
    var ended: Int64?
  }

  /// How many results get their last lines.
  static let explainedCount = 1000

  private let state = Mutex(State())

  package init() {}

  /// All results so far, in the order of their reporting.
  package var results: [CollectedResult] { state.withLock(\.results) }

  /// How the signals of the tests came, in the order of the tests' ends.
  package var signals: [CollectedSignals] { state.withLock(\.signals) }

  /// The times of the first and of the newest event, in nanoseconds since the epoch.
  package var span: (started: Int64, ended: Int64)? {
    state.withLock { state in
      guard let started = state.started, let ended = state.ended else { return nil }
      return (started, ended)
    }
  }

  package func receive(_ event: Event, index: Int) {
    state.withLock { state in
      state.started = state.started ?? event.time
      state.ended = event.time
      switch event.kind {
      case .log(.target, let text, _): state.lines.add(text)
      case .log: return
      case .actionStarted(let start):
        state.running.append(start.level)
        if start.supersedes { Self.supersede(start.level, &state) }
      case .actionEnded(let end):
        if let place = state.running.lastIndex(of: end.level) { state.running.removeSubrange(place...) }
      case .result(let record): Self.add(record, event.time, index, &state)
      case .signals(let record): state.signals.append(CollectedSignals(record: record))
      }
    }
  }

  private static func add(_ record: ResultRecord, _ time: Int64, _ index: Int, _ state: inout State) {
    let isExplained = record.result != .pass && record.result != .skip && state.explained < explainedCount
    if isExplained { state.explained += 1 }
    state.results.append(
      CollectedResult(
        record,
        time: time,
        index: index,
        reporter: state.running.last,
        lastLines: isExplained ? state.lines.before(record) : []
      )
    )
  }

  /// An action is tried again: what it and everything below it said before does not count any more.
  private static func supersede(_ level: String, _ state: inout State) {
    let below = level + "."
    for index in state.results.indices {
      let result = state.results[index]
      for place in [result.reporter, result.record.level].compactMap({ $0 })
      where place == level || place.hasPrefix(below) {
        state.results[index].isSuperseded = true
      }
    }
    for index in state.signals.indices {
      let place = state.signals[index].record.level
      if place == level || place.hasPrefix(below) { state.signals[index].isSuperseded = true }
    }
  }
}
