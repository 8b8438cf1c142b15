// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A clock that goes on by one second whenever it is asked. It begins at the epoch.
final class Counter: Sendable {
  private let seconds = Mutex<Int64>(-1)

  /// Nanoseconds.
  func next() -> Int64 {
    seconds.withLock { seconds in
      seconds += 1
      return seconds * 1_000_000_000
    }
  }
}
