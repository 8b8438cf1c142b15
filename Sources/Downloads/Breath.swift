// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// A pause between two pieces of long work on files: timers get their turn, and a canceled task ends here.
enum Breath {
  static func take() async throws(Failure) {
    await Task.yield()
    if Task.isCancelled { throw .downloadCanceled }
  }
}

extension Failure {
  static let downloadCanceled = Failure(.canceled, "canceled", "The download was canceled")
}
