// SPDX-License-Identifier: Apache-2.0

internal import CPosix
import Diagnostics
import Glibc
import Patterns
import Synchronization

/// A running program and its stream: what a console or a host command stands on. A thread of its own pumps the bytes.
final class ConsoleCore: Sendable {
  /// What a console is opened on.
  enum Source: Sendable {
    case program(ConsoleCommand, ChildProcess.Transport)
    case stream(ConsoleStream)

    /// How messages call it.
    var name: String {
      switch self {
      case .program(let command, _): command.arguments[0]
      case .stream(let stream): stream.name
      }
    }

    /// How long the closed stream of a program waits for the program's end (one that has closed its terminal will end
    /// soon, a pipe may be closed long before), and who can say why a stream has ended.
    var ending: (grace: Duration?, failure: (@Sendable () -> Failure?)?) {
      switch self {
      case .program(_, .terminal): (.seconds(1), nil)
      case .program(_, .pipe): (nil, nil)
      case .stream(let stream): (.zero, stream.failure)
      }
    }
  }

  /// How a console is opened.
  struct Setup: Sendable {
    var source: Source
    var log: ConsoleLog?
    var observer: ConsoleObserver?
    /// How many unread bytes are kept.
    var unreadLimit: Int
  }

  let name: String
  let state: Mutex<ConsoleState>
  /// Wakes the pump's thread; used under the lock of `state`, until `isClosed`.
  let wakeup: Int32

  private init(name: String, unreadLimit: Int) throws(Failure) {
    let wakeup = cposix_event_create()
    guard wakeup >= 0 else { throw Self.exhausted(-wakeup) }
    self.name = name
    self.wakeup = wakeup
    state = Mutex(ConsoleState(unreadLimit: unreadLimit))
  }

  /// Starts a program, or takes a stream, and the thread that pumps its bytes.
  static func start(_ setup: Setup) async throws(Failure) -> ConsoleCore {
    try await onOwnThread { ready in
      do throws(Failure) {
        switch setup.source {
        case .program(let command, let transport):
          let child = try ChildProcess(command, transport)
          let core = try ConsoleCore(name: setup.source.name, unreadLimit: setup.unreadLimit)
          ready(.success(core))
          var pump = ConsolePump(core, setup)
          pump.run(child)
        case .stream(let stream):
          let source = AttachedStream(stream: stream.descriptor)
          let core = try ConsoleCore(name: setup.source.name, unreadLimit: setup.unreadLimit)
          ready(.success(core))
          var pump = ConsolePump(core, setup)
          pump.run(source)
        }
      } catch {
        ready(.failure(error))
      }
    }
  }

  /// Opens a line, and starts the thread that pumps its bytes.
  static func open(_ setup: LinePump.Setup) async throws(Failure) -> ConsoleCore {
    try await onOwnThread { ready in
      do throws(Failure) {
        let line = try BoardLine(setup.address)
        let core = try ConsoleCore(name: setup.address.description, unreadLimit: setup.unreadLimit)
        ready(.success(core))
        var pump = LinePump(core, setup)
        pump.run(line)
      } catch {
        ready(.failure(error))
      }
    }
  }

  /// Runs `body` on a thread of its own, and waits until it says that its core is ready, or why there is none.
  private static func onOwnThread(
    _ body: @escaping @Sendable (_ ready: (Result<ConsoleCore, Failure>) -> Void) -> Void
  ) async throws(Failure) -> ConsoleCore {
    try RunningPrograms.announce()
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<ConsoleCore, Failure>, Never>) in
      let error = OwnThread.start {
        var running: ConsoleCore?
        body { result in
          if case .success(let core) = result {
            running = core
            RunningPrograms.add(core)
          }
          continuation.resume(returning: result)
        }
        RunningPrograms.remove(running)
      }
      if error != 0 {
        RunningPrograms.remove(nil)
        continuation.resume(returning: .failure(Self.exhausted(error)))
      }
    }
    return try result.get()
  }

  private static func exhausted(_ error: Int32) -> Failure {
    Failure(
      .infrastructure,
      "program-not-started",
      "cannot start a thread for a console",
      advice: "Check the limits of processes and open files (ulimit -a).",
      cause: String(cString: strerror(error))
    )
  }

  // MARK: Reading

  /// Takes what nobody has read yet, and how the stream ended, where it has.
  ///
  /// - Parameter limit: see ``ByteQueue/take(upTo:)``.
  func take(upTo limit: Int = .max) -> (chunks: [[UInt8]], ending: ConsoleEnding?) {
    state.withLock { state in
      let (chunks, wasHeld) = state.take(upTo: limit)
      if wasHeld, !state.isClosed { cposix_event_raise(wakeup) }
      return (chunks, state.ending)
    }
  }

  /// Waits until `take` has something new.
  ///
  /// - Parameter quiet: wakes also when nothing has come for so long.
  func wait(quiet: Duration? = nil) async -> ConsoleWake {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let wake: ConsoleWake? = state.withLock { state in
          if Task.isCancelled { return .canceled }
          if !state.incoming.isEmpty || state.ending != nil { return .news }
          state.reader = continuation
          if let quiet {
            state.quietAt = .now + quiet
            cposix_event_raise(wakeup)
          }
          return nil
        }
        if let wake { continuation.resume(returning: wake) }
      }
    } onCancel: {
      state.withLock { $0.takeReader() }?.resume(returning: .canceled)
    }
  }

  // MARK: Writing

  /// Waits until the program's terminal has taken all bytes. When the task is cancelled, what has not been written is
  /// not.
  func send(_ bytes: [UInt8]) async throws(Failure) {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    let failure = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let refusal: Failure? = state.withLock { state in
          if Task.isCancelled { return Self.canceled }
          if state.ending != nil { return closedFailure(state) }
          state.outgoing.append(.init(ticket: ticket, bytes: bytes[...], done: continuation))
          cposix_event_raise(wakeup)
          return nil
        }
        if let refusal { continuation.resume(returning: refusal) }
      }
    } onCancel: {
      let waiting = state.withLock { state -> CheckedContinuation<Failure?, Never>? in
        guard let index = state.outgoing.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return state.outgoing.remove(at: index).done
      }
      waiting?.resume(returning: Self.canceled)
    }
    if let failure { throw failure }
  }

  // MARK: Ending

  /// Asks the pump's thread to end the program, without waiting.
  func request(_ teardown: ConsoleTeardown) {
    state.withLock { state in
      guard !state.isClosed else { return }
      // Who comes later may only be in more of a hurry.
      var isUrgent = state.teardown == nil
      if case .end(let ladder) = teardown, ladder.steps.isEmpty { isUrgent = true }
      if isUrgent { state.teardown = teardown }
      cposix_event_raise(wakeup)
    }
  }

  /// Waits until the program has ended and is reaped, and the thread has let go. Does not react to cancellation.
  func close(_ teardown: ConsoleTeardown) async -> ExitStatus? {
    request(teardown)
    return await withCheckedContinuation { continuation in
      let isClosed = state.withLock { state in
        if !state.isClosed { state.closers.append(continuation) }
        return state.isClosed
      }
      if isClosed { continuation.resume(returning: state.withLock(\.finalStatus)) }
    }
  }

  /// The pump's thread is done with everything. The last thing that it does.
  func letGo(_ status: ExitStatus?) {
    let closers = state.withLock { state in
      state.isClosed = true
      state.finalStatus = status
      Glibc.close(wakeup)
      return state.closers
    }
    for closer in closers { closer.resume(returning: status) }
  }

  // MARK: Failures

  static var canceled: Failure { Failure(.canceled, "console-canceled", "waiting for the console was canceled") }

  /// What to say when the stream has ended: how the program ended, and what it said last.
  func closedFailure(_ state: ConsoleState) -> Failure {
    if let failure = state.ending?.failure { return failure }
    let end = state.ending?.status.map { "'\(name)' \($0)" } ?? "'\(name)' has ended"
    let last = TerminalText.lastLines(of: state.tail, count: 5)
    return Failure(
      .connectionClosed,
      "console-closed",
      "the connection to the board was closed: \(end)",
      advice: "Check that the connection command works by hand, and that nobody else uses the board.",
      cause: last.isEmpty ? nil : "its last words: \(last.joined(separator: " | "))"
    )
  }
}
