// SPDX-License-Identifier: Apache-2.0

internal import CPosix
package import Diagnostics
import Glibc
import Synchronization

/// The process that does what is left to be done when this one is killed. There is one at most; where none was started,
/// as in commands that run no job, nobody is told anything.
package enum Supervisor {
  /// What a process is started with to be the supervisor.
  private static let word = "supervise"

  private struct State: Sendable {
    /// Our end of its socket; -1 without one.
    var channel: Int32 = -1
    /// Readable when it has ended.
    var pidfd: Int32 = -1
    var pid: Int32 = 0
    var lastNumber: UInt32 = 0
  }

  private static let state = Mutex(State())

  /// Starts it: this program again, in a session of its own, without a terminal and without this process's outputs. Call
  /// this before the first thing of the job.
  ///
  /// - Parameter log: the file that it adds to when it has to do something; nil for silence.
  /// - Throws: `supervisor-not-started`, kind `infrastructure`.
  package static func start(log: String?) throws(Failure) {
    var child = cposix_child()
    let error = withArguments(["job-supervisor", word, "\(getpid())"]) { arguments in
      "/proc/self/exe".withCString { program in
        var request = cposix_spawn_request()
        request.program = program
        request.arguments = arguments
        return cposix_spawn_on_socket(&request, &child)
      }
    }
    guard error == 0 else {
      throw Failure(
        .infrastructure,
        "supervisor-not-started",
        "cannot start the process that switches the board off when this one is killed",
        advice: "Check the limits of processes and open files (ulimit -a), and that /proc is mounted.",
        cause: String(cString: strerror(error))
      )
    }
    state.withLock { state in
      state.channel = child.fd
      state.pidfd = child.pidfd
      state.pid = child.pid
    }
    if let log { tell(.log(path: log)) }
  }

  /// Tells it of an obligation, which is its own as soon as this returns. Release the ticket when the thing is done, or
  /// need not be done any more.
  ///
  /// - Returns: nil where there is no supervisor.
  package static func take(_ obligation: Obligation) -> Ticket? {
    let number = state.withLock { state -> UInt32? in
      guard state.channel >= 0 else { return nil }
      state.lastNumber += 1
      return state.lastNumber
    }
    guard let number, tell(.take(number: number, obligation)) else { return nil }
    return Ticket(number: number)
  }

  /// An obligation that the supervisor has been told of.
  package struct Ticket: Sendable, Hashable {
    let number: UInt32

    /// The obligation ends.
    package func release() { Supervisor.tell(.release(number: number)) }
  }

  /// Ends it: everything that had to be done has been. Waits for its end, five seconds at most.
  package static func end() {
    tell(.dismiss)
    let (channel, pidfd, pid) = state.withLock { state in
      defer { state = State() }
      return (state.channel, state.pidfd, state.pid)
    }
    guard channel >= 0 else { return }
    close(channel)
    var ended = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
    if poll(&ended, 1, 5000) > 0 { waitpid(pid, nil, 0) }
    close(pidfd)
  }

  /// Sends a message. The kernel keeps what was sent when this process is killed.
  ///
  /// - Returns: whether it was; not where there is no supervisor any more.
  @discardableResult
  private static func tell(_ message: SupervisorMessage) -> Bool {
    let bytes = message.bytes
    guard bytes.count <= SupervisorMessage.mostBytes else { return false }
    return state.withLock { state in
      guard state.channel >= 0 else { return false }
      while true {
        if send(state.channel, bytes, bytes.count, Int32(MSG_NOSIGNAL)) >= 0 { return true }
        if errno != EINTR { return false }
      }
    }
  }

  /// What this process was started as: the supervisor? Then it is that, and does not come back. To be called first of
  /// all, before there is a second thread.
  package static func becomeWhereAsked(_ arguments: [String]) {
    guard arguments.count == 3, arguments[1] == word, isSocket(STDIN_FILENO) else { return }
    var supervisor = SupervisorProcess()
    supervisor.run()
  }

  private static func isSocket(_ descriptor: Int32) -> Bool {
    var information = stat()
    return fstat(descriptor, &information) == 0 && information.st_mode & S_IFMT == S_IFSOCK
  }

  /// Calls `body` with a null-terminated vector of strings.
  static func withArguments<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var vector = strings.map { strdup($0) } + [nil]
    defer { vector.forEach { free($0) } }
    return body(&vector)
  }
}
