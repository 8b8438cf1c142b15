// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// A process that a helper starts.
struct Child {
  /// Its number.
  let id: pid_t

  /// Starts a program, found by PATH when its name has no slash. A program that cannot be run ends with 127 (not
  /// there) or 126, after a line on standard error.
  ///
  /// - Parameters:
  ///   - helper: whose name the line begins with.
  ///   - mask: the signals that the program has blocked; `nil` for those of this process.
  /// - Returns: `nil` when there can be no new process; that is said on standard error.
  @inline(never)
  static func start(_ command: [Bytes], for helper: Bytes, mask: sigset_t? = nil) -> Child? {
    guard let id = fork(for: helper) else { return nil }
    if id > 0 { return Child(id: id) }
    // A program whose children's end is ignored cannot wait for them.
    board_default_signal(SIGCHLD)
    board_default_signal(SIGXFSZ)
    if var mask { sigprocmask(SIG_SETMASK, &mask, nil) }
    execute(command)
    let error = board_errno()
    Output.complainErrno(helper, "cannot run", command[0])
    _exit(error == ENOENT ? 127 : 126)
  }

  /// Starts a program in a process group that can be ended as a whole. Its session is a new one: in this one the terminal
  /// would stop whoever reads from it. The leader of both is a process that only waits for the program and then ends with
  /// its status, for a leader that opens a terminal of nobody's takes it away from everybody when it ends.
  ///
  /// - Returns: the leader; `nil` as for `start`.
  static func startGroup(_ command: [Bytes], for helper: Bytes, mask: sigset_t) -> Child? {
    guard let id = fork(for: helper) else { return nil }
    if id > 0 { return Child(id: id) }
    setsid()
    _exit(start(command, for: helper, mask: mask)?.wait() ?? 127)
  }

  /// Makes a second process of this one.
  ///
  /// - Returns: the other's number, 0 in the new one; `nil` when there can be none, which is said on standard error.
  @inline(never)
  static func fork(for helper: Bytes) -> pid_t? {
    let id = board_fork()
    if id >= 0 { return id }
    Output.complainErrno(helper, "cannot start a process", [])
    return nil
  }

  /// Starts a program and waits for its end.
  ///
  /// - Returns: its exit status, or 128 and the number of the signal that ended it; 127 when there can be no process.
  @inline(never)
  static func run(_ command: [Bytes], for helper: Bytes) -> Int32 {
    start(command, for: helper)?.wait() ?? 127
  }

  /// Waits for the end of the process.
  ///
  /// - Returns: its exit status, or 128 and the number of the signal that ended it.
  func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0 {
      if board_errno() != EINTR { return 127 }
    }
    return Self.exitStatus(status)
  }

  /// Sends a signal to the process group that it leads, or to itself as long as it has made none.
  @inline(never)
  func signalGroup(_ number: Int32) {
    if kill(-id, number) != 0 { kill(id, number) }
  }

  /// The exit status in what `waitpid` gives.
  static func exitStatus(_ status: Int32) -> Int32 {
    board_exited(status) != 0 ? board_exit_status(status) : 128 + board_termination_signal(status)
  }

  /// Becomes another program; returns only when that fails.
  private static func execute(_ command: [Bytes]) {
    var vector: [UnsafeMutablePointer<CChar>?] = []
    for argument in command {
      var copy: UnsafeMutablePointer<CChar>?
      _ = argument.withCString { text in
        copy = strdup(text)
        return 0
      }
      vector.append(copy)
    }
    vector.append(nil)
    execvp(vector[0]!, vector)
  }
}
