// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Glibc
internal import Synchronization

/// A program of the host that runs while a test looks at it: its outputs are read apart, it can be sent signals, and
/// it never runs longer than a test allows.
///
/// All waiting happens on a thread that is not one of Swift's.
package final class HostProcess: Sendable {
  /// How a program ended.
  package struct Ending: Sendable {
    /// The exit status; 128 and the signal's number when a signal ended it.
    package var status: Int32
    package var output: [UInt8]
    package var errors: [UInt8]

    package var outputText: String { String(decoding: output, as: UTF8.self) }
    package var errorText: String { String(decoding: errors, as: UTF8.self) }
  }

  private struct State {
    var output: [UInt8] = []
    var errors: [UInt8] = []
    /// Of both outputs; closed ones are -1.
    var descriptors: [Int32]
    var status: Int32?
  }

  package let pid: Int32
  /// Readable once the program has ended and its status is known.
  private let end: Int32
  private let state: Mutex<State>

  /// Starts a program, in a session of its own: no signal of a terminal reaches it.
  ///
  /// - Parameters:
  ///   - command: the program, by path, and its arguments.
  ///   - environment: on top of this process's.
  ///   - input: the file that is its standard input.
  package init(_ command: [String], environment: [String: String] = [:], input: String = "/dev/null") {
    let pipes = (0..<3).map { _ in Self.pipe() }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, pipes[0][1], 1)
    posix_spawn_file_actions_adddup2(&actions, pipes[1][1], 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setflags(&attributes, Self.ownSession)
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var variables = Self.environment(environment).map { strdup($0) } + [nil]
    var child: pid_t = -1
    let error = posix_spawn(&child, command[0], &actions, &attributes, &words, &variables)
    (words + variables).forEach { free($0) }
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
    pipes.prefix(2).forEach { close($0[1]) }
    precondition(error == 0, "cannot start \(command[0]): \(String(cString: strerror(error)))")
    let pid = child
    self.pid = pid
    end = pipes[2][0]
    state = Mutex(State(descriptors: pipes.prefix(2).map { $0[0] }))
    let said = pipes[2][1]
    DispatchQueue(label: "host-process-end").async {
      // Left for `step` to collect: until then the number is the program's.
      var information = siginfo_t()
      while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
      close(said)
    }
  }

  deinit {
    if state.withLock({ $0.status }) == nil {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
    close(end)
    for descriptor in state.withLock({ $0.descriptors }) where descriptor >= 0 { close(descriptor) }
  }

  /// glibc's POSIX_SPAWN_SETSID.
  private static let ownSession: Int16 = 0x80

  /// Two connected ends, for reading and for writing; no other program that is started meanwhile gets them.
  private static func pipe() -> [Int32] {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    precondition(socketpair(AF_UNIX, type, 0, &ends) == 0, "no pipe for a test")
    return ends
  }

  private static func environment(_ changes: [String: String]) -> [String] {
    var lines: [String] = []
    var next = environ
    while let variable = next.pointee {
      let line = String(cString: variable)
      if changes[String(line.prefix { $0 != "=" })] == nil { lines.append(line) }
      next += 1
    }
    return lines + changes.map { "\($0.key)=\($0.value)" }
  }

  /// Sends it a signal; nothing once it has ended.
  package func signal(_ number: Int32) { if state.withLock({ $0.status }) == nil { kill(pid, number) } }

  /// Waits until it has printed a text on standard error.
  /// - Returns: false when it ended, or when so many seconds were over, without it.
  package func waitForErrors(_ text: String, limit: Int) async -> Bool {
    let needle = Array(text.utf8)
    await wait(limit) { $0.errors.firstRange(of: needle) != nil }
    return state.withLock { $0.errors.firstRange(of: needle) != nil }
  }

  /// What it has printed on standard error, as far as somebody has waited for that.
  package var errorsSoFar: String { state.withLock { String(decoding: $0.errors, as: UTF8.self) } }

  /// Waits for its end and that of its outputs.
  ///
  /// - Parameter limit: in seconds; after them it is killed.
  /// - Returns: nothing when it had to be killed.
  package func ending(limit: Int) async -> Ending? {
    await wait(limit) { _ in false }
    return state.withLock { state in
      guard let status = state.status else {
        kill(pid, SIGKILL)
        return nil
      }
      return Ending(status: status, output: state.output, errors: state.errors)
    }
  }

  /// Reads until a condition holds, the program has ended, or the seconds are over.
  private func wait(_ limit: Int, until isEnough: @escaping @Sendable (borrowing State) -> Bool) async {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "host-process").async { [self] in
        let deadline = ContinuousClock.now + .seconds(limit)
        while !state.withLock({ $0.status != nil || isEnough($0) }), ContinuousClock.now < deadline {
          step(until: deadline)
        }
        continuation.resume()
      }
    }
  }

  /// Waits for the next piece of output or the end, and takes it.
  private func step(until deadline: ContinuousClock.Instant) {
    let left = (deadline - ContinuousClock.now) / .milliseconds(1)
    let open = state.withLock { $0.descriptors }
    let isDrained = open.allSatisfy { $0 < 0 }
    var watched = (open + [isDrained ? end : -1]).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    poll(&watched, nfds_t(watched.count), Int32(max(left, 0)) + 1)
    state.withLock { state in
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      for index in open.indices where watched[index].revents != 0 {
        let count = read(open[index], &buffer, buffer.count)
        if count <= 0 {
          close(open[index])
          state.descriptors[index] = -1
        } else if index == 0 {
          state.output += buffer[..<count]
        } else {
          state.errors += buffer[..<count]
        }
      }
      if watched[2].revents != 0 {
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        state.status = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
      }
    }
  }
}
