// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import Reports

extension ArgumentParser.ExitCode {
  /// Ends the command with one of Pumice's codes.
  init(_ code: Reports.ExitCode) { self.init(code.rawValue) }
}

extension Terminal {
  /// Results.
  static let output = Terminal(descriptor: STDOUT_FILENO)
  /// Findings, errors and progress.
  static let error = Terminal(descriptor: STDERR_FILENO)
}
