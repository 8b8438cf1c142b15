// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
package import Events

/// What `pumice run` ends with (docs/Architecture.md, "Exit code").
package enum ExitCode: Int32, Sendable {
  /// The job came to its end and every test passed.
  case success = 0
  /// The tests did not all pass: a case failed or is unknown, a definition did not come to its end, a test stopped the
  /// job (`lava-test-raise`) or ran out of its own time.
  case testsFailed = 1
  /// The job or the device file was refused before anything was started.
  case invalid = 2
  /// The board, the network, a service or the lab's configuration is not working.
  case infrastructure = 3
  /// The job cannot be done as it stands, or its time was over.
  case jobError = 4
  case canceled = 5
  /// Ours to mend.
  case bug = 70

  /// The code for a job that was run.
  package init(_ outcome: JobOutcome, _ counts: ResultCounts) {
    guard let failure = outcome.failure else {
      self = counts.isClean ? .success : .testsFailed
      return
    }
    switch failure.kind {
    case .infrastructure, .connectionClosed: self = .infrastructure
    case .canceled: self = .canceled
    case .bug: self = .bug
    case .configuration: self = outcome.isInvalid ? .invalid : .infrastructure
    case .job, .multinodeTimeout: self = outcome.isInvalid ? .invalid : .jobError
    // A test that still ran when the job's time was over says nothing about the test.
    case .test, .timeout: self = failure.code == "job-timeout" ? .jobError : .testsFailed
    }
  }
}
