// SPDX-License-Identifier: Apache-2.0

/// How often and how fast a transfer is tried again that broke off.
package struct RetryPolicy: Sendable {
  /// Tries in a row that bring nothing new.
  package var attempts: Int
  /// Before the second try; twice as long before each one after it.
  package var firstPause: Duration
  package var longestPause: Duration

  /// - Parameters: LAVA's nine tries and its first pause (spec jobs §5.1); `longestPause` also bounds what a server can
  ///   ask for.
  package init(
    attempts: Int = 9,
    firstPause: Duration = .milliseconds(100),
    longestPause: Duration = .seconds(10)
  ) {
    self.attempts = attempts
    self.firstPause = firstPause
    self.longestPause = longestPause
  }

  /// - Parameter failures: how many tries in a row have brought nothing, at least 1.
  func pause(after failures: Int, asked: Duration?) -> Duration {
    let own = firstPause * (1 << min(failures - 1, 20))
    return min(max(own, asked ?? .zero), longestPause)
  }
}
