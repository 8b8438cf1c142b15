// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A marker that a signal leaves in the log, so that a result can say where its output stands (spec signals §3.3).
package enum CaseMarker: Sendable {
  case start, end, testCase
}

/// Where events go: a file, the terminal, a report. Called in order, one event at a time.
package protocol EventSink: Sendable {
  /// - Parameter index: the number of the event's log line, from 0.
  func receive(_ event: Event, index: Int)

  /// Several that came at once, as if each came by itself.
  ///
  /// - Parameter index: of the first one.
  func receive(_ events: [Event], from index: Int)

  /// How far an action is, a few times a second. Nothing has to be done with it.
  func receive(_ progress: ActionProgress)
}

extension EventSink {
  package func receive(_ events: [Event], from index: Int) {
    for (event, place) in zip(events, index...) { receive(event, index: place) }
  }

  package func receive(_ progress: ActionProgress) {}
}

/// The one log of what happened in a job. Every event is one line of LAVA's log, so an event's index is its line's.
package final class EventLog: Sendable {
  private struct State {
    var count = 0
    var secrets: [String] = []
    var mask = SecretMask()
    var markers: [String: (start: Int?, end: Int?, testCase: Int?)] = [:]
  }

  private let state = Mutex(State())
  private let sinks: [any EventSink]
  private let now: @Sendable () -> Int64

  /// - Parameters:
  ///   - sinks: receive each event, in this order.
  ///   - now: nanoseconds since the epoch.
  package init(sinks: [any EventSink], now: @escaping @Sendable () -> Int64 = { SystemTime.now }) {
    self.sinks = sinks
    self.now = now
  }

  /// The time of an event that would happen now, in nanoseconds since the epoch.
  package var time: Int64 { now() }

  package func log(_ level: LogLevel, _ message: String, namespace: String? = nil) {
    emit(.log(level, message, namespace: namespace))
  }

  /// Logs texts that came at once: they have one time, and cost a file one `write(2)`.
  package func log(_ level: LogLevel, _ messages: [String], namespace: String? = nil) {
    guard !messages.isEmpty else { return }
    state.withLock { state in
      var pieces: [String] = []
      pieces.reserveCapacity(messages.count)
      for message in messages {
        let text = state.mask.masked(message)
        if LineLimit.fits(text) { pieces.append(text) } else { pieces += LineLimit.pieces(of: text) }
      }
      let time = now()
      let events = pieces.map { Event(time: time, kind: .log(level, $0, namespace: namespace)) }
      for sink in sinks { sink.receive(events, from: state.count) }
      state.count += events.count
    }
  }

  /// Tells who watches how far an action is.
  package func report(_ progress: ActionProgress) {
    state.withLock { _ in
      for sink in sinks { sink.receive(progress) }
    }
  }

  /// Remembers that the signal of the newest line belongs to a test case.
  package func mark(_ testCase: String, _ marker: CaseMarker) {
    state.withLock { state in
      let line = state.count - 1
      switch marker {
      case .start: state.markers[testCase, default: (nil, nil, nil)].start = line
      case .end: state.markers[testCase, default: (nil, nil, nil)].end = line
      case .testCase: state.markers[testCase, default: (nil, nil, nil)].testCase = line
      }
    }
  }

  /// Hides these texts in everything that is emitted from now on. Adds to those that are hidden already.
  package func hide(_ secrets: [String]) {
    state.withLock { state in
      state.secrets += secrets
      state.mask = SecretMask(state.secrets)
    }
  }

  /// Emits an event. A result takes the markers of its case with it; a log text that is too long for a line of LAVA's
  /// log becomes several events.
  package func emit(_ kind: Event.Kind) {
    state.withLock { state in
      switch kind {
      case .log(let level, let text, let namespace):
        let text = state.mask.masked(text)
        guard !LineLimit.fits(text) else { return deliver(.log(level, text, namespace: namespace), &state) }
        for piece in LineLimit.pieces(of: text) { deliver(.log(level, piece, namespace: namespace), &state) }
      case .result(var record):
        if let markers = state.markers.removeValue(forKey: record.testCase) {
          record.startLine = markers.start ?? markers.testCase
          record.endLine = markers.end ?? markers.testCase
        }
        deliver(.result(state.mask.masked(record)), &state)
      case .signals, .actionStarted, .actionEnded: deliver(state.mask.masked(kind), &state)
      }
    }
  }

  private func deliver(_ kind: Event.Kind, _ state: inout State) {
    let event = Event(time: now(), kind: kind)
    for sink in sinks { sink.receive(event, index: state.count) }
    state.count += 1
  }
}
