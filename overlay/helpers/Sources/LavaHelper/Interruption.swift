// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// SIGINT and SIGTERM while the runner works: they are blocked and waited for beside the end of a child, so that
/// nothing happens at a point where it would be lost or done twice.
struct Interruption {
  private var all = sigset_t()
  private var asking = sigset_t()
  private var before = sigset_t()
  /// The signal that asked to stop; 0 when none has.
  private(set) var number: Int32 = 0

  /// Blocks the signals. One that is ignored (a runner in the background) stays ignored.
  init() {
    sigemptyset(&asking)
    if board_signal_is_ignored(SIGINT) == 0 { sigaddset(&asking, SIGINT) }
    if board_signal_is_ignored(SIGTERM) == 0 { sigaddset(&asking, SIGTERM) }
    all = asking
    sigaddset(&all, SIGCHLD)
    // A parent that ignores its children's end would have the kernel take their status away.
    board_default_signal(SIGCHLD)
    sigprocmask(SIG_BLOCK, &all, &before)
  }

  /// Whether somebody has asked to stop by now.
  @inline(never)
  mutating func isAsked() -> Bool {
    var now = timespec()
    if number == 0 { number = max(0, sigtimedwait(&asking, nil, &now)) }
    return number != 0
  }

  /// Starts a program with the signals as the runner found them, and waits for its end. When somebody asks to stop,
  /// the program is asked the same, five seconds later to terminate, and five seconds later it is killed.
  ///
  /// - Returns: its exit status, or 128 and the number of the signal that ended it; 127 when it cannot be started.
  @inline(never)
  mutating func run(_ command: [Bytes], for helper: Bytes) -> Int32 {
    guard let child = Child.start(command, for: helper, mask: before) else { return 127 }
    var last = SIGTERM
    while true {
      var status: Int32 = 0
      if waitpid(child.id, &status, WNOHANG) == child.id { return Child.exitStatus(status) }
      if number == 0 {
        let signal = sigtimedwait(&all, nil, nil)
        if signal == SIGINT || signal == SIGTERM {
          number = signal
          kill(child.id, signal)
        }
      } else {
        var limit = timespec()
        limit.tv_sec = 5
        if sigtimedwait(&all, nil, &limit) < 0, board_errno() == EAGAIN {
          kill(child.id, last)
          last = SIGKILL
        }
      }
    }
  }
}
