// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// SIGINT and SIGTERM while a helper works that has something to do then: they are blocked and waited for beside the end
/// of a child, so that nothing happens at a point where it would be lost or done twice.
struct Interruption {
  private var all = sigset_t()
  private var asking = sigset_t()
  private var before = sigset_t()
  /// The signal that asked to stop; 0 when none has.
  private(set) var number: Int32 = 0

  /// Blocks the signals. One that is ignored (a runner in the background) stays ignored.
  ///
  /// - Parameter hangup: whether SIGHUP, the end of the terminal, is one of them.
  init(hangup: Bool = false) {
    sigemptyset(&asking)
    add(SIGINT)
    add(SIGTERM)
    if hangup { add(SIGHUP) }
    all = asking
    sigaddset(&all, SIGCHLD)
    // A parent that ignores its children's end would have the kernel take their status away.
    board_default_signal(SIGCHLD)
    sigprocmask(SIG_BLOCK, &all, &before)
  }

  private mutating func add(_ signal: Int32) {
    if board_signal_is_ignored(signal) == 0 { sigaddset(&asking, signal) }
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

  /// Starts a program in a process group of its own, and waits for its end, or for a deadline. At the deadline, and when
  /// somebody asks to stop, the group is asked to terminate; it is killed when the program has ended or two seconds have
  /// passed.
  ///
  /// - Returns: the exit status, as `run` has it; `nil` when the program was ended.
  mutating func run(_ command: [Bytes], for helper: Bytes, milliseconds: Int64) -> Int32? {
    guard let child = Child.startGroup(command, for: helper, mask: before) else { return 127 }
    var end = Clock.milliseconds() + milliseconds
    var isAsked = false
    while true {
      var status: Int32 = 0
      if waitpid(child.id, &status, WNOHANG) == child.id {
        if !isAsked { return Child.exitStatus(status) }
        kill(-child.id, SIGKILL)
        return nil
      }
      var left = timespec()
      let milliseconds = Int(max(0, end - Clock.milliseconds()))
      left.tv_sec = time_t(milliseconds / 1000)
      left.tv_nsec = milliseconds % 1000 * 1_000_000
      let signal = sigtimedwait(&all, nil, &left)
      if signal == SIGCHLD || signal < 0 && board_errno() != EAGAIN { continue }
      if signal > 0 { number = signal }
      if isAsked {
        child.signalGroup(SIGKILL)
        _ = child.wait()
        return nil
      }
      child.signalGroup(signal > 0 ? signal : SIGTERM)
      end = Clock.milliseconds() + 2000
      isAsked = true
    }
  }
}
