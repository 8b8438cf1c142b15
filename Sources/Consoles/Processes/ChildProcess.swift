// SPDX-License-Identifier: Apache-2.0

internal import CPosix
import Diagnostics
import Glibc
import Supervision

/// A program that was started in a session and a process group of its own.
///
/// Until `reap` the process stays a zombie after its end, so that its number, which is also that of its group and its
/// session, cannot be given to another. Meant for one thread.
struct ChildProcess: ~Copyable {
  /// What the program's standard descriptors are.
  enum Transport: Sendable {
    case terminal
    /// /dev/null, and one pipe for both outputs.
    case pipe
  }

  let pid: pid_t
  /// Our end of the terminal, or of the pipe; non-blocking.
  let stream: Int32
  /// Readable when the program has ended.
  let pidfd: Int32
  /// That the supervisor ends the session where this process cannot any more.
  private let ticket: Supervisor.Ticket?

  /// Starts a program. It is killed when the thread that calls this ends before it.
  init(_ command: ConsoleCommand, _ transport: Transport) throws(Failure) {
    guard let name = command.arguments.first else {
      throw Failure(.bug, "command-empty", "a program without a name was to be started")
    }
    let texts = command.arguments + command.environment.flatMap { [$0.key, $0.value] } + [command.directory ?? ""]
    guard texts.allSatisfy({ !$0.utf8.contains(0) }) else {
      throw Failure(.job, "command-with-null", "the command of '\(name)' holds a null character", advice: "Remove it.")
    }
    let path = try Self.find(name, in: command.environment["PATH"])
    var child = cposix_child()
    var ticket: Supervisor.Ticket?
    let error = Self.withVector(command.arguments) { arguments in
      Self.withVector(Self.environment(command.environment)) { environment in
        path.withCString { path in
          Self.withOptional(command.directory) { directory in
            var request = cposix_spawn_request()
            request.program = path
            request.arguments = arguments
            request.environment = environment
            request.directory = directory
            request.rows = command.rows
            request.columns = command.columns
            request.echo = command.echo ? 1 : 0
            request.parent_death_signal = SIGKILL
            request.announce = { pid, ticket in
              let obligation = Obligation.session(leader: pid, startTime: cposix_start_time(pid))
              ticket?.assumingMemoryBound(to: Supervisor.Ticket?.self).pointee = Supervisor.take(obligation)
            }
            return withUnsafeMutablePointer(to: &ticket) { ticket in
              request.context = UnsafeMutableRawPointer(ticket)
              return switch transport {
              case .terminal: cposix_spawn_on_pty(&request, &child)
              case .pipe: cposix_spawn_on_pipe(&request, &child)
              }
            }
          }
        }
      }
    }
    guard error == 0 else {
      ticket?.release()
      throw Self.failure(command, child.stage, error)
    }
    self.ticket = ticket
    pid = child.pid
    stream = child.fd
    pidfd = child.pidfd
  }

  // MARK: The end

  /// How the program ended; nil while it runs.
  func exitStatus() -> ExitStatus? { wait(reaping: false) }

  /// The same, and the kernel forgets the process.
  func reap() -> ExitStatus? { wait(reaping: true) }

  private func wait(reaping: Bool) -> ExitStatus? {
    var status = cposix_exit()
    guard cposix_wait(pid, reaping ? 1 : 0, &status) == 0, status.ended != 0 else { return nil }
    return status.signaled != 0 ? .signaled(status.code) : .exited(status.code)
  }

  /// The processes of the program's session that live. The caller closes their descriptors.
  func members() -> [cposix_member] {
    [cposix_member](unsafeUninitializedCapacity: 256) { buffer, count in
      count = cposix_session_members(pid, buffer.baseAddress, buffer.count)
    }
  }

  /// Sends a signal to the program's group, and to those of its session that are in another.
  func signal(_ number: Int32, members: [cposix_member]) {
    kill(-pid, number)
    for member in members where member.group != pid { _ = cposix_signal(member.pidfd, number) }
  }

  deinit {
    ticket?.release()
    close(stream)
    close(pidfd)
  }

  // MARK: Starting

  private static func find(_ name: String, in searchPath: String?) throws(Failure) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let error = withOptional(searchPath) { cposix_find_program(name, $0, &buffer, buffer.count) }
    guard error == 0 else { throw missing(name, error) }
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  private static func missing(_ name: String, _ error: Int32) -> Failure {
    let isThere = error != ENOENT
    return Failure(
      .infrastructure,
      isThere ? "program-not-executable" : "program-missing",
      isThere ? "the program '\(name)' cannot be run" : "there is no program '\(name)'",
      advice: isThere ? "make it executable, or name another" : "install it, or correct its name in the device file",
      cause: String(cString: strerror(error))
    )
  }

  private static func failure(_ command: ConsoleCommand, _ stage: cposix_stage, _ error: Int32) -> Failure {
    let name = command.arguments[0]
    let words = String(cString: strerror(error))
    switch stage {
    case CPOSIX_STAGE_DIRECTORY:
      return Failure(
        .infrastructure,
        "folder-missing",
        "cannot start '\(name)' in the folder '\(command.directory ?? "")'",
        advice: "Check that the folder exists.",
        cause: words
      )
    case CPOSIX_STAGE_EXEC:
      return Failure(
        .infrastructure,
        "program-not-executable",
        "the program '\(name)' cannot be run",
        advice: "Check that it is built for this machine, and that its interpreter is installed.",
        cause: words
      )
    default:
      return Failure(
        .infrastructure,
        "program-not-started",
        "cannot start '\(name)'",
        advice: "Check the limits of processes and open files (ulimit -a), and that /dev/pts is mounted.",
        cause: words
      )
    }
  }

  /// This process's environment with some variables set anew.
  private static func environment(_ changes: [String: String]) -> [String] {
    var result: [String] = []
    var entry = cposix_environment()
    while let text = entry?.pointee {
      let variable = String(cString: text)
      if changes[String(variable.prefix { $0 != "=" })] == nil { result.append(variable) }
      entry = entry?.advanced(by: 1)
    }
    return result + changes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  private typealias Vector = UnsafePointer<UnsafeMutablePointer<CChar>?>

  private static func withVector<Result>(_ strings: [String], _ body: (Vector) -> Result) -> Result {
    var vector = strings.map { strdup($0) } + [nil]
    defer { vector.forEach { free($0) } }
    return body(&vector)
  }

  private static func withOptional<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
  }
}
