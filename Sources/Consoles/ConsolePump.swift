// SPDX-License-Identifier: Apache-2.0

internal import CPosix
import Diagnostics
import Glibc
import Synchronization

/// Moves the bytes of one program, on a thread of its own: from the program to the log on the disk, then to the
/// observer, then to whoever reads; and from whoever sends to the program. It waits for a reader that reads and is behind,
/// and never for one that does not read (``ConsoleState/heldUntil``).
struct ConsolePump {
  private let core: ConsoleCore
  private var outlet: ConsoleOutlet
  /// How long a stream that was closed waits for the end of its program, so that its status can be told; nil
  /// where that is waited for without end.
  private let grace: Duration?
  /// Asked why a stream without a program has ended.
  private let failure: (@Sendable () -> Failure?)?
  /// The stream may still bring bytes.
  private var isOpen = true
  private var hasExited = false
  /// When a stream that was closed by a program that lives on counts as ended.
  private var graceEnd: ContinuousClock.Instant?

  /// The most that is read before others have their turn.
  private static let pieceSize = 64 << 10

  init(_ core: ConsoleCore, _ setup: ConsoleCore.Setup) {
    self.core = core
    (grace, failure) = setup.source.ending
    outlet = ConsoleOutlet(core, log: setup.log, observer: setup.observer)
  }

  /// Runs until the program is to be ended and has been.
  mutating func run(_ child: consuming some ConsoleSource & ~Copyable) {
    var climb: LadderClimb?
    while true {
      let (teardown, wantsToWrite, quietAt, held) = core.state.withLock { state in
        (state.teardown, !state.outgoing.isEmpty, state.quietAt, state.heldUntil)
      }
      switch teardown {
      case .end(let ladder) where climb == nil: climb = LadderClimb(ladder)
      case .end(let ladder): if ladder.steps.isEmpty { climb?.hurry() }
      case .release where hasExited: return finish(child)
      case .release, nil: break
      }
      // What comes while this thread is late was still in time.
      let lookedAt = ContinuousClock.now
      let watched = climb?.descriptors ?? []
      let heldUntil = climb == nil ? held.flatMap { $0 > lookedAt ? $0 : nil } : nil
      var deadlines = [quietAt, graceEnd, heldUntil].compactMap { $0 }
      if let climb { deadlines.append(climb.deadline) }
      let wanted = Int16(heldUntil == nil ? POLLIN : 0) | Int16(wantsToWrite ? POLLOUT : 0)
      let ready = wait(child, events: wanted, watched: watched, until: deadlines.min())

      if ready.canWrite { write(child.stream) }
      if ready.canRead { readSome(child) }
      if ready.hasExited {
        hasExited = true
        readRest(child)
        end(child.exitStatus())
      }
      if let graceEnd, ContinuousClock.now >= graceEnd { end(nil, failure?()) }
      outlet.wakeQuietReader(at: lookedAt)
      if let due = climb?.deadline, ready.hasExited || ready.isWatchedReady || ContinuousClock.now >= due {
        if let bytes = climb?.advance(child), !bytes.isEmpty { enqueue(bytes) }
      }
      if climb?.isDone == true { return finish(child) }
    }
  }

  // MARK: Waiting

  private struct Readiness {
    var canRead = false
    var canWrite = false
    var hasExited = false
    /// A process of the session has ended.
    var isWatchedReady = false
  }

  private func wait(
    _ child: borrowing some ConsoleSource & ~Copyable,
    events: Int16,
    watched: [Int32],
    until deadline: ContinuousClock.Instant?
  ) -> Readiness {
    // A negative descriptor is passed over.
    var polled = [
      pollfd(fd: core.wakeup, events: Int16(POLLIN), revents: 0),
      pollfd(fd: isOpen ? child.stream : -1, events: events, revents: 0),
      pollfd(fd: hasExited ? -1 : child.pidfd, events: Int16(POLLIN), revents: 0),
    ]
    polled += watched.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // An interrupted wait is as good as a short one: everything is looked at again.
    guard poll(&polled, nfds_t(polled.count), deadline.pollTime) > 0 else { return Readiness() }
    if polled[0].revents != 0 { cposix_event_clear(core.wakeup) }
    return Readiness(
      canRead: polled[1].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0,
      canWrite: polled[1].revents & Int16(POLLOUT) != 0,
      hasExited: polled[2].revents != 0,
      isWatchedReady: polled[3...].contains { $0.revents != 0 }
    )
  }

  // MARK: From the program

  /// Reads what is there, up to one piece, and hands it on.
  ///
  /// - Returns: whether there may be more.
  @discardableResult
  private mutating func readSome(_ child: borrowing some ConsoleSource & ~Copyable) -> Bool {
    guard isOpen else { return false }
    let stream = child.stream
    var isDrained = false
    // Not an array with room for a whole piece: it may wait for a reader for long, with many others.
    let piece = withUnsafeTemporaryAllocation(byteCount: Self.pieceSize, alignment: 1) { buffer in
      var used = 0
      while used < buffer.count {
        let count = read(stream, buffer.baseAddress! + used, buffer.count - used)
        if count > 0 {
          used += count
          continue
        }
        if count < 0, errno == EINTR { continue }
        // The other end is closed: a pipe says so by reading nothing, a terminal by EIO.
        isDrained = true
        if count == 0 || errno != EAGAIN { isOpen = false }
        break
      }
      return Array(buffer[..<used])
    }
    if !outlet.deliver(piece) { isOpen = false }
    if !isOpen, !hasExited, let grace { graceEnd = .now + grace }
    return !isDrained
  }

  /// Reads all that the program left behind. What others who still hold its terminal go on to print is not waited
  /// for, nor read without end.
  private mutating func readRest(_ child: borrowing some ConsoleSource & ~Copyable) {
    // A terminal holds some KiB and a pipe up to 1 MiB: what is more comes from somebody else.
    for _ in 0..<64 where !readSome(child) { return }
  }

  /// Tells everybody that nothing more comes.
  private mutating func end(_ status: ExitStatus?, _ failure: Failure? = nil) {
    graceEnd = nil
    isOpen = false
    outlet.end(status, failure)
  }

  // MARK: To the program

  private func enqueue(_ bytes: [UInt8]) {
    core.state.withLock { state in
      guard state.ending == nil else { return }
      state.outgoing.append(.init(ticket: 0, bytes: bytes[...], done: nil))
    }
  }

  /// Writes what the terminal takes.
  private func write(_ stream: Int32) {
    let done = core.state.withLock { state in
      var done: [CheckedContinuation<Failure?, Never>] = []
      while let first = state.outgoing.first {
        let count = first.bytes.withUnsafeBytes { Glibc.write(stream, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        // Not now; or never, which reading will notice.
        guard count >= 0 else { break }
        state.outgoing[0].bytes.removeFirst(count)
        guard state.outgoing[0].bytes.isEmpty else { continue }
        if let sender = state.outgoing.removeFirst().done { done.append(sender) }
      }
      return done
    }
    for sender in done { sender.resume(returning: nil) }
  }

  // MARK: The end

  private mutating func finish(_ child: consuming some ConsoleSource & ~Copyable) {
    readRest(child)
    let status = child.reap()
    end(status)
    _ = consume child
    core.letGo(status)
  }
}
