// SPDX-License-Identifier: Apache-2.0

/// The level of a log line, in LAVA's words (spec results-and-log §1).
package enum LogLevel: String, Sendable, Hashable {
  case exception, error, warning, info, debug
  /// What the host typed to the board.
  case input
  /// What the board printed.
  case target
  /// What another namespace's board printed.
  case feedback
  /// What `lava-test-event` said.
  case event
}

/// One thing that happened. Everything a report says is made from these.
package struct Event: Sendable {
  package enum Kind: Sendable {
    case log(LogLevel, String, namespace: String?)
    /// Indirect: many times as large as the others, and an event is handed on by value.
    indirect case result(ResultRecord)
    indirect case signals(SignalRecord)
    case actionStarted(ActionStart)
    case actionEnded(ActionEnd)
  }

  /// Nanoseconds since 1970-01-01T00:00:00Z.
  package var time: Int64
  package var kind: Kind

  package init(time: Int64, kind: Kind) {
    self.time = time
    self.kind = kind
  }
}

/// An action of the pipeline begins.
package struct ActionStart: Sendable, Hashable {
  /// `2.1.1`; the depth decides the log level.
  package var level: String
  package var name: String
  /// What is left for it at its start.
  package var timeout: Duration
  package var namespace: String
  /// How many times it has been started in this job, this start included. Counted from 1.
  package var attempt: Int
  /// True when this start is another try after a failed one: what was reported by the tries before does not count.
  package var supersedes: Bool

  package init(
    level: String,
    name: String,
    timeout: Duration,
    namespace: String,
    attempt: Int = 1,
    supersedes: Bool = false
  ) {
    self.level = level
    self.name = name
    self.timeout = timeout
    self.namespace = namespace
    self.attempt = attempt
    self.supersedes = supersedes
  }
}

/// An action of the pipeline is over.
package struct ActionEnd: Sendable, Hashable {
  package var level: String
  package var name: String
  package var duration: Duration
  package var namespace: String
  /// Why it failed, if it did.
  package var failure: String?

  package init(level: String, name: String, duration: Duration, namespace: String, failure: String? = nil) {
    self.level = level
    self.name = name
    self.duration = duration
    self.namespace = namespace
    self.failure = failure
  }
}
