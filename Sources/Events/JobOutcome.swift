// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// How a job ended.
package struct JobOutcome: Sendable, Hashable {
  /// What it ended of; `nil` when it came to its end. A job whose test cases fail still comes to its end.
  package var failure: Failure?
  /// True when the job was refused before anything was started.
  package var isInvalid: Bool
  /// From the start of the validation to the end of the clean-up.
  package var duration: Duration

  package init(failure: Failure? = nil, isInvalid: Bool = false, duration: Duration = .zero) {
    self.failure = failure
    self.isInvalid = isInvalid
    self.duration = duration
  }

  /// The code of the failure of a job that came to its end and left out what it should have done (docs/Verdicts.md).
  package static let shortcomingsCode = "shortcomings"

  /// Whether its failure kept the job from coming to its end.
  package var wasStopped: Bool { failure.map { $0.code != Self.shortcomingsCode } ?? false }
}

extension ResultRecord {
  /// The result of a job as a whole.
  ///
  /// - Parameter failure: what it ended of, if it did not come to its end.
  package init(ofJobEndedBy failure: Failure?) {
    self.init(.job, case: "job", result: failure == nil ? .pass : .fail)
    errorMessage = failure?.message
    errorType = failure?.kind.errorType
  }
}

extension Failure.Kind {
  /// The last line of the log of a job that ended of this kind of failure (spec results-and-log §4).
  package var finalText: String {
    switch self {
    case .infrastructure:
      "InfrastructureError: The Infrastructure is not working correctly. Please report this error to LAVA admins."
    case .connectionClosed: "ConnectionClosedError: connection closed"
    case .job: "JobError: Your job cannot terminate cleanly."
    case .test: "TestError: A test failed to run, look at the error message."
    case .bug: "LAVABug: This is probably a bug in LAVA, please report it."
    case .configuration:
      "ConfigurationError: The LAVA instance is not configured correctly. Please report this error to LAVA admins."
    case .canceled: "JobCanceled: The job was canceled"
    case .timeout: "LAVATimeoutError: test shell has timed out."
    case .multinodeTimeout: "MultinodeProtocolTimeoutError: Multinode wait/sync call has timed out."
    }
  }
}
