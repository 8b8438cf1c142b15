// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How a program ended.
package enum ExitStatus: Sendable, Hashable {
  /// By itself, with this status.
  case exited(Int32)
  /// By a signal of this number.
  case signaled(Int32)

  package var isSuccess: Bool { self == .exited(0) }

  /// As Python has it: the status, or the number of the signal below zero.
  package var returnCode: Int32 {
    switch self {
    case .exited(let status): status
    case .signaled(let number): -number
    }
  }
}

extension ExitStatus: CustomStringConvertible {
  /// A phrase that goes on after the program's name: `ended with status 3`.
  package var description: String {
    switch self {
    case .exited(let status): "ended with status \(status)"
    case .signaled(let number): "was ended by signal \(number) (\(String(cString: strsignal(number))))"
    }
  }
}
