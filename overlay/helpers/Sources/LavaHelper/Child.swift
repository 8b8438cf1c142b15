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
    let id = board_fork()
    if id > 0 { return Child(id: id) }
    if id < 0 {
      Output.complainErrno(helper, "cannot start a process", [])
      return nil
    }
    // A program whose children's end is ignored cannot wait for them.
    board_default_signal(SIGCHLD)
    board_default_signal(SIGXFSZ)
    if var mask { sigprocmask(SIG_SETMASK, &mask, nil) }
    execute(command)
    let error = board_errno()
    Output.complainErrno(helper, "cannot run", command[0])
    _exit(error == ENOENT ? 127 : 126)
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
