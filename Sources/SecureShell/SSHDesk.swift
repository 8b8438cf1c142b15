// SPDX-License-Identifier: Apache-2.0

internal import CPosix
import Consoles
import Diagnostics
import Glibc
import Synchronization

/// Where a connection's tasks leave their work for its thread, which does one piece after the other.
final class SSHDesk: Sendable {
  private struct Work: Sendable {
    var ticket: Int
    var run: @Sendable (inout SSHLink?) -> Void
  }

  private struct State: Sendable {
    var works: [Work] = []
    var lastTicket = 0
    /// What the thread does now.
    var current: Int?
    /// Those whose tasks do not want the result any more.
    var canceled: Set<Int> = []
    /// The connection is to be closed, as soon as the current work has ended: which it is to do soon.
    var isClosing = false
    /// The thread has let go of everything.
    var isClosed = false
    var closers: [CheckedContinuation<Void, Never>] = []
  }

  /// Wakes the thread; raised under the lock of `state`, until `isClosed`.
  let wakeup: Int32
  private let state = Mutex(State())

  private init(wakeup: Int32) { self.wakeup = wakeup }

  /// Starts a thread without a connection.
  static func start() throws(Failure) -> SSHDesk {
    let wakeup = cposix_event_create()
    var error = -wakeup
    if wakeup >= 0 {
      let desk = SSHDesk(wakeup: wakeup)
      error = OwnThread.start { desk.serve() }
      if error == 0 { return desk }
      Glibc.close(wakeup)
    }
    throw Failure(
      .infrastructure,
      "ssh-not-started",
      "cannot start a thread for an ssh connection",
      advice: "Check the limits of processes and open files (ulimit -a).",
      cause: String(cString: strerror(error))
    )
  }

  // MARK: The tasks' side

  /// Has the thread do something with the connection, and waits for it. When the task is cancelled the work is told so
  /// by `isUnwanted`, and ends soon.
  func perform<Value: Sendable>(
    _ body: @escaping @Sendable (inout SSHLink?) throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    try await hand { link, done in
      do throws(Failure) {
        done(.success(try body(&link)))
      } catch {
        done(.failure(error))
      }
    }
  }

  /// The same for work that goes on after its result is there.
  ///
  /// - Parameter body: calls what it is given once.
  func hand<Value: Sendable>(
    _ body: @escaping @Sendable (inout SSHLink?, @Sendable (Result<Value, Failure>) -> Void) -> Void
  ) async throws(Failure) -> Value {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
        let isTaken = state.withLock { state in
          guard !state.isClosing, !state.isClosed else { return false }
          state.works.append(Work(ticket: ticket) { link in body(&link) { continuation.resume(returning: $0) } })
          cposix_event_raise(wakeup)
          return true
        }
        if !isTaken { continuation.resume(returning: .failure(Self.closed)) }
      }
    } onCancel: {
      state.withLock { state in
        state.canceled.insert(ticket)
        if !state.isClosed { cposix_event_raise(wakeup) }
      }
    }
    return try result.get()
  }

  static var closed: Failure {
    Failure(.connectionClosed, "ssh-connection-closed", "the ssh connection was closed")
  }

  /// Has the connection closed, without waiting.
  func requestClose() {
    state.withLock { state in
      state.isClosing = true
      if !state.isClosed { cposix_event_raise(wakeup) }
    }
  }

  /// Has the connection closed, and waits for it. Does not react to cancellation.
  func close() async {
    requestClose()
    await withCheckedContinuation { continuation in
      let isClosed = state.withLock { state in
        if !state.isClosed { state.closers.append(continuation) }
        return state.isClosed
      }
      if isClosed { continuation.resume() }
    }
  }

  // MARK: The thread's side

  /// Whether nobody wants the current work's result.
  var isUnwanted: Bool {
    state.withLock { state in state.isClosing || state.current.map(state.canceled.contains) ?? false }
  }

  private func serve() {
    var link: SSHLink?
    while true {
      let (work, isClosing) = state.withLock { state in
        state.current.map { _ = state.canceled.remove($0) }
        let work = state.works.isEmpty ? nil : state.works.removeFirst()
        state.current = work?.ticket
        return (work, state.isClosing)
      }
      if let work {
        work.run(&link)
      } else if isClosing {
        break
      } else {
        var watched = pollfd(fd: wakeup, events: Int16(POLLIN), revents: 0)
        if poll(&watched, 1, -1) > 0 { cposix_event_clear(wakeup) }
      }
    }
    link = nil
    let closers = state.withLock { state in
      state.isClosed = true
      Glibc.close(wakeup)
      return state.closers
    }
    for closer in closers { closer.resume() }
  }
}
