// SPDX-License-Identifier: Apache-2.0

internal import CPosix
import Glibc

/// The supervisor itself: reads what it is told until the end of its socket, which is the end of who tells it, and then
/// does what is left. One thread, and nothing but system calls.
struct SupervisorProcess {
  private var logPath: String?
  private var obligations: [UInt32: Obligation] = [:]

  mutating func run() -> Never {
    // Who ends everything that belongs to a job must not end this: only KILL does.
    for number in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGPIPE, SIGTSTP] { signal(number, SIG_IGN) }
    // Not the name of the program, by which `pkill` finds those.
    "job-supervisor".withCString { _ = cposix_set_name($0) }
    listen()
    guard !obligations.isEmpty else { _exit(0) }
    Aftermath(obligations, log: AftermathLog(path: logPath)).settle()
    _exit(0)
  }

  private mutating func listen() {
    var buffer = [UInt8](repeating: 0, count: SupervisorMessage.mostBytes)
    while true {
      let count = recv(STDIN_FILENO, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      switch SupervisorMessage(buffer[..<count]) {
      case .log(let path): logPath = path
      case .take(let number, let obligation): obligations[number] = obligation
      case .release(let number): obligations[number] = nil
      case .dismiss: obligations = [:]
      case nil: break
      }
    }
  }
}
