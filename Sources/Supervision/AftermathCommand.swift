// SPDX-License-Identifier: Apache-2.0

internal import CPosix
import Glibc

/// A program that a supervisor runs, with a deadline. What it prints is read and forgotten: nobody is there to see it.
struct AftermathCommand {
  enum Outcome: Sendable, Hashable, CustomStringConvertible {
    case succeeded
    case failed(status: Int32)
    case killed(signal: Int32)
    case notStarted(errno: Int32)
    /// It took too long, and was ended.
    case late

    var description: String {
      switch self {
      case .succeeded: "succeeded"
      case .failed(let status): "failed with status \(status)"
      case .killed(let number): "was ended by signal \(number)"
      case .notStarted(let error): "could not be started: \(String(cString: strerror(error)))"
      case .late: "took too long, and was ended"
      }
    }
  }

  private let words: [String]

  init(_ words: [String]) { self.words = words }

  /// Runs it to its end.
  func run(seconds: Int) -> Outcome {
    var child = cposix_child()
    let error = start(&child)
    guard error == 0 else { return .notStarted(errno: error) }
    defer {
      close(child.fd)
      close(child.pidfd)
    }
    let isLate = !waitForEnd(child, until: .now + .seconds(max(seconds, 1)))
    if isLate {
      let session = OrphanSession(
        leader: child.pid,
        startTime: cposix_start_time(child.pid),
        death: OrphanSession.now
      )
      _ = OrphanSession.end([session])
    }
    var end = cposix_exit()
    // A process that hangs in the kernel is nobody's to wait for.
    guard cposix_wait(child.pid, 1, &end) == 0, end.ended != 0, !isLate else { return .late }
    if end.signaled != 0 { return .killed(signal: end.code) }
    return end.code == 0 ? .succeeded : .failed(status: end.code)
  }

  private func start(_ child: inout cposix_child) -> Int32 {
    guard let name = words.first, !words.contains(where: { $0.utf8.contains(0) }) else { return EINVAL }
    var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let error = cposix_find_program(name, nil, &path, path.count)
    guard error == 0 else { return error }
    return Supervisor.withArguments(words) { arguments in
      path.withUnsafeBufferPointer { path in
        var request = cposix_spawn_request()
        request.program = path.baseAddress
        request.arguments = arguments
        return cposix_spawn_on_pipe(&request, &child)
      }
    }
  }

  /// Reads until it has ended; its pipe may be held longer, by what it has left in the background.
  ///
  /// - Returns: false at the deadline.
  private func waitForEnd(_ child: cposix_child, until deadline: ContinuousClock.Instant) -> Bool {
    var isOpen = true
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let left = (deadline - .now) / .milliseconds(1)
      guard left > 0 else { return false }
      var watched = [
        pollfd(fd: child.pidfd, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isOpen ? child.fd : -1, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&watched, 2, Int32(min(left.rounded(.up), 60_000))) > 0 else { continue }
      if watched[0].revents != 0 { return true }
      if watched[1].revents != 0, read(child.fd, &buffer, buffer.count) == 0 { isOpen = false }
    }
  }
}
