// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How a program is brought to its end: one step after another, each with time to work; what is left then is killed.
///
/// A step is over as soon as no process of the program's session is left. Signals go to every process of the session,
/// stopped ones included. A process that has made itself a session of its own is out of reach.
package struct TeardownLadder: Sendable, Hashable {
  package enum Step: Sendable, Hashable {
    /// Types at the console: `quit\n`.
    case type([UInt8], wait: Duration)
    case signal(Int32, wait: Duration)
  }

  package var steps: [Step]

  package init(_ steps: [Step]) { self.steps = steps }

  /// Hang up, one second, SIGTERM, two seconds, SIGKILL.
  package static let standard = TeardownLadder([
    .signal(SIGHUP, wait: .seconds(1)), .signal(SIGTERM, wait: .seconds(2)),
  ])

  /// SIGTERM, one second, SIGKILL.
  package static let brief = TeardownLadder([.signal(SIGTERM, wait: .seconds(1))])

  /// SIGKILL at once.
  package static let immediate = TeardownLadder([])

  /// Types something first and gives it time, then goes on as `standard`.
  package static func asking(_ text: String, wait: Duration) -> TeardownLadder {
    TeardownLadder([.type(Array(text.utf8), wait: wait)] + standard.steps)
  }
}
