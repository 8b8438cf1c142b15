// SPDX-License-Identifier: Apache-2.0

extension TestShellMachine {
  /// What the host knows of a test action before its runner starts.
  package struct Configuration: Sendable {
    /// In the order of the runner's list.
    package var definitions: [Definition]
    /// The number of the test action among the job's test shells, from 0; names `stage_<stage>`.
    package var stage: Int
    /// As typed to the runner; `"0"` for a LAVA host's run; `nil` when it is not known, and then no trailer is read.
    package var nonce: String?
    /// Refuse signals without a readable trailer, but for STARTRUN and ENDRUN, which run.sh prints itself.
    package var strictSignals: Bool
    /// Whether the job is one of a group: else multinode calls are no signals.
    package var isMultinode: Bool
    /// Namespaces that `lava-test-feedback` may ask for.
    package var feedbackNamespaces: Set<String>
    /// The job's id, as uuids of definitions begin with it; `nil` when it is not known.
    package var jobID: String?
    /// LAVA's own rules where ours are stricter: a run or stage that is still open when the next run starts is
    /// forgotten (spec signals §4) instead of reported as failed.
    package var lavaVerdicts: Bool

    package init(
      definitions: [Definition],
      stage: Int = 0,
      nonce: String? = nil,
      strictSignals: Bool = false,
      isMultinode: Bool = false,
      feedbackNamespaces: Set<String> = [],
      jobID: String? = nil,
      lavaVerdicts: Bool = false
    ) {
      self.definitions = definitions
      self.stage = stage
      self.nonce = nonce
      self.strictSignals = strictSignals
      self.isMultinode = isMultinode
      self.feedbackNamespaces = feedbackNamespaces
      self.jobID = jobID
      self.lavaVerdicts = lavaVerdicts
    }
  }

  /// One test definition of the action.
  package struct Definition: Sendable {
    /// `<index>_<name>`, such as `0_first`.
    package var suite: String
    /// As STARTRUN prints it, such as `4242_1.2.1`; `nil` where only the board knows it, as in a replay: then the suite
    /// alone tells which definition runs.
    package var uuid: String?
    /// The cases that must be reported; `nil`: any may be.
    package var expected: [String]?
    /// Whether the list of expected cases is the job's own: only then are they missed when the run did not end.
    package var isExpectedByJob: Bool
    package var parse: Parse?

    package init(
      suite: String,
      uuid: String?,
      expected: [String]? = nil,
      isExpectedByJob: Bool = false,
      parse: Parse? = nil
    ) {
      self.suite = suite
      self.uuid = uuid
      self.expected = expected
      self.isExpectedByJob = isExpectedByJob
      self.parse = parse
    }
  }

  /// A word for a result and what it means.
  package typealias Fixup = (word: String, result: String)

  /// The `parse` block of a definition.
  package struct Parse: Sendable {
    /// In Python's `re` syntax; only logged here.
    package var pattern: String
    /// Words for results, in the block's order; `nil` when the block has none, and then no word is mapped.
    package var fixups: [Fixup]?

    package init(pattern: String, fixups: [Fixup]? = nil) {
      self.pattern = pattern
      self.fixups = fixups
    }
  }

  /// Why no more bytes of the board will be fed.
  package enum EndReason: Sendable, Hashable {
    /// The console is closed.
    case endOfStream
    /// The action's time is up. The caller raises that failure.
    case timeout
    /// Somebody stopped the job. The caller raises that failure.
    case canceled
    /// The shell's prompt is back although the runner did not say EXIT.
    case prompt
  }
}

/// What a `parse` pattern matched (spec signals §7).
package struct ParsePatternMatch: Sendable, Hashable {
  /// A named group of the pattern.
  package enum Group: Sendable, Hashable {
    /// The pattern has no group of this name.
    case absent
    /// The group took no part in the match.
    case unmatched
    case text(String)
  }

  package var testCase: Group
  package var result: Group
  package var measurement: Group
  package var units: Group

  package init(testCase: Group, result: Group, measurement: Group = .absent, units: Group = .absent) {
    self.testCase = testCase
    self.result = result
    self.measurement = measurement
    self.units = units
  }
}
