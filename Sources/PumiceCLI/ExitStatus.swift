// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Diagnostics

/// What a command of Pumice's ends with.
enum ExitStatus: Int32 {
  /// The job finished and every test passed.
  case passed = 0
  /// The job finished and some test failed.
  case failed = 1
  /// A file is invalid; nothing was started.
  case invalid = 2
  /// The board, the network or a service does not work.
  case infrastructure = 3
  /// The job asks for something that cannot be, or ran out of its time.
  case job = 4
  /// Somebody stopped it.
  case canceled = 5
  /// A bug of Pumice's.
  case bug = 70

  init(_ kind: Failure.Kind) {
    self =
      switch kind {
      case .infrastructure, .connectionClosed, .configuration: .infrastructure
      case .job, .timeout, .multinodeTimeout: .job
      case .test: .failed
      case .canceled: .canceled
      case .bug: .bug
      }
  }

  var exitCode: ExitCode { ExitCode(rawValue) }
}
