// SPDX-License-Identifier: Apache-2.0

import CBoard

/// The board's time.
enum Clock {
  /// Seconds since 1970, as the board has them: many boards start in 1970.
  static func epoch() -> UInt64 {
    UInt64(max(0, time(CLOCK_REALTIME).tv_sec))
  }

  /// Milliseconds since some moment: for measuring, whatever becomes of the date.
  static func milliseconds() -> Int64 {
    let now = time(CLOCK_MONOTONIC)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec / 1_000_000)
  }

  /// Waits for this long. No helper that waits handles a signal, so nothing ends it early.
  static func wait(milliseconds: Int32) {
    _ = poll(nil, 0, milliseconds)
  }

  private static func time(_ clock: clockid_t) -> timespec {
    var now = timespec()
    clock_gettime(clock, &now)
    return now
  }
}
