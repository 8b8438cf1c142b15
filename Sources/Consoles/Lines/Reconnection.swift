// SPDX-License-Identifier: Apache-2.0

/// How a line that dropped is opened again.
package struct Reconnection: Sendable, Hashable {
  /// How often in a row it is tried. A line that has lasted for `steady` has its count begin anew.
  package var attempts = 12
  /// Before the first try; doubled with each further one, up to `longestPause`.
  package var pause = Duration.milliseconds(100)
  package var longestPause = Duration.seconds(5)
  /// After how long a line counts as one that works.
  package var steady = Duration.seconds(5)

  package init() {}

  /// Before a try.
  ///
  /// - Parameter attempt: 1 for the first.
  func pause(before attempt: Int) -> Duration { min(pause * (1 << min(attempt - 1, 16)), longestPause) }
}
