// SPDX-License-Identifier: Apache-2.0

/// What a run ended of, when it did not end well: the error that crosses a module's edge.
package struct Failure: Error, Sendable, Hashable {
  /// LAVA's class of error (spec results-and-log §4). It decides the exit code and whether an action is retried.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The board, the network or a service is not working.
    case infrastructure
    /// The connection to the board was closed: infrastructure, under a name of its own.
    case connectionClosed
    /// The job asks for something that cannot be.
    case job
    /// A test could not be run to its end.
    case test
    /// Ours to mend.
    case bug
    /// The device file or Pumice's own configuration is wrong.
    case configuration
    /// Somebody stopped the job.
    case canceled
    /// A test action ran out of time; becomes `test` unless the block says `skip`.
    case timeout
    /// A multinode call ran out of time.
    case multinodeTimeout
  }

  package var kind: Kind
  /// A stable kebab-case identifier, such as `qemu-exited`.
  package var code: String
  /// One sentence: what went wrong.
  package var message: String
  /// One sentence: what to do about it.
  package var advice: String?
  package var place: SourcePlace?
  /// What the failure came from, as text: the system's words, the last lines of a program.
  package var cause: String?

  package init(
    _ kind: Kind,
    _ code: String,
    _ message: String,
    advice: String? = nil,
    place: SourcePlace? = nil,
    cause: String? = nil
  ) {
    self.kind = kind
    self.code = code
    self.message = message
    self.advice = advice
    self.place = place
    self.cause = cause
  }
}

extension Failure.Kind {
  /// `error_type` of the job's result, in LAVA's words.
  package var errorType: String {
    switch self {
    case .infrastructure, .connectionClosed: "Infrastructure"
    case .job: "Job"
    case .test: "Test"
    case .bug: "Bug"
    case .configuration: "Configuration"
    case .canceled: "Canceled"
    case .timeout: "LAVATimeout"
    case .multinodeTimeout: "MultinodeTimeout"
    }
  }

  /// Whether a retry action tries again after a failure of this kind (spec jobs §4.3).
  package var isRetryable: Bool {
    switch self {
    case .infrastructure, .connectionClosed, .job, .test: true
    case .bug, .configuration, .canceled, .timeout, .multinodeTimeout: false
    }
  }
}

extension Failure {
  /// The same class of failure in the words of an action further out, which keeps what went wrong as the cause.
  package func restated(_ message: String) -> Failure {
    var failure = self
    failure.cause = [self.message, cause].compactMap { $0 }.joined(separator: ": ")
    failure.message = message
    return failure
  }
}

extension Failure: CustomStringConvertible {
  package var description: String {
    [message, cause, advice].compactMap { $0 }.joined(separator: ": ")
  }
}
