// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// The four outcomes a result can have.
package enum Verdict: String, Sendable, Hashable, CaseIterable {
  case pass, fail, skip, unknown
}

/// How far a result can be trusted to be what the board said (docs/Signals.md).
package enum Integrity: String, Sendable, Hashable, CaseIterable {
  /// The trailer's sum is right.
  case verified
  /// Torn on the line and mended; the sum is right.
  case repaired
  /// Read back from the journal on the board.
  case recovered
  /// Came without a trailer.
  case unverified
}

/// One result, as LAVA's `results` log lines have it (spec signals §9).
package struct ResultRecord: Sendable, Hashable {
  /// What reported the result. It decides which keys are written, and in which order.
  package enum Origin: Sendable, Hashable {
    /// `lava/validate`.
    case validation
    /// An action of the pipeline.
    case action
    /// A definition that ran to its end.
    case run
    /// A definition, or a stage, that did not.
    case unfinishedRun
    /// `lava-test-case`, a parse pattern, a multinode call.
    case testCase
    /// `lava-test-reference`.
    case reference
    /// A monitor, of what the board printed.
    case monitored
    /// A command of an interactive session, by its name.
    case command
    /// An interactive session: `pass` where nothing ended it.
    case session
    /// `lava/job`.
    case job

    /// Whether it is the result of a test, which counts as passed or failed.
    package var isTest: Bool {
      switch self {
      case .testCase, .reference, .monitored, .command: true
      case .validation, .action, .run, .unfinishedRun, .session, .job: false
      }
    }
  }

  package var origin: Origin
  /// The suite: `lava` or `<index>_<name>`.
  package var definition: String
  package var testCase: String
  package var result: Verdict
  package var namespace: String?
  /// The pipeline's level of the action that reported it.
  package var level: String?
  package var uuid: String?
  package var duration: Duration?
  package var measurement: Double?
  package var units: String?
  package var set: String?
  package var reference: String?
  /// Where the definition came from: a URL, or the inline definition itself.
  package var repository: YAMLValue?
  package var path: String?
  package var revision: String?
  package var commitID: String?
  package var errorMessage: String?
  package var errorType: String?
  /// What an action found out, in the order of its reporting.
  package var extra: [YAMLValue.Pair]
  /// Index of the log line that holds the signal STARTTC (or TESTCASE) of this case; set by the event log.
  package var startLine: Int?
  /// Index of the log line that holds the signal ENDTC of this case; set by the event log.
  package var endLine: Int?
  /// Only for what the board reported.
  package var integrity: Integrity?

  package init(_ origin: Origin, definition: String = "lava", case testCase: String, result: Verdict) {
    self.origin = origin
    self.definition = definition
    self.testCase = testCase
    self.result = result
    extra = []
  }
}
