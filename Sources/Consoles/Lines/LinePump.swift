// SPDX-License-Identifier: Apache-2.0

internal import CPosix
import Diagnostics
import Glibc
import Synchronization

/// Moves the bytes of one line, on a thread of its own, and opens the line again when it drops.
struct LinePump {
  /// What is opened, and who is told.
  struct Setup: Sendable {
    var address: LineAddress
    var reconnection: Reconnection
    var log: ConsoleLog?
    var observer: ConsoleObserver?
    /// How many unread bytes are kept.
    var unreadLimit: Int
  }

  /// Why nothing more is to be moved.
  private enum Stop {
    case dropped(String)
    case closed
  }

  private static let pieceSize = 64 << 10

  private let core: ConsoleCore
  private let setup: Setup
  private var outlet: ConsoleOutlet
  /// As it goes over the line, and not gone yet.
  private var pending: ArraySlice<UInt8> = []
  /// Who waits for that.
  private var sender: CheckedContinuation<Failure?, Never>?

  init(_ core: ConsoleCore, _ setup: Setup) {
    self.core = core
    self.setup = setup
    outlet = ConsoleOutlet(core, log: setup.log, observer: setup.observer)
  }

  /// Runs until the line is to be closed.
  mutating func run(_ first: consuming BoardLine) {
    var line: BoardLine? = consume first
    var attempt = 0
    while line != nil {
      let opened = ContinuousClock.now
      let stop = move(&line!)
      // Its port is free again before it is opened anew.
      line = nil
      guard case .dropped(let why) = stop else { break }
      if ContinuousClock.now - opened >= setup.reconnection.steady { attempt = 0 }
      line = reopened(after: why, &attempt)
    }
    outlet.end(nil)
    sender.take()?.resume(returning: core.state.withLock { core.closedFailure($0) })
    waitForTeardown()
    core.letGo(nil)
  }

  // MARK: Moving

  private mutating func move(_ line: inout BoardLine) -> Stop {
    while true {
      let (isClosing, wantsToWrite, quietAt, held) = core.state.withLock { state in
        (state.teardown != nil, !state.outgoing.isEmpty, state.quietAt, state.heldUntil)
      }
      if isClosing || outlet.hasEnded { return .closed }
      // What comes while this thread is late was still in time.
      let lookedAt = ContinuousClock.now
      let heldUntil = held.flatMap { $0 > lookedAt ? $0 : nil }
      let events = Int16(heldUntil == nil ? POLLIN : 0) | (wantsToWrite || !pending.isEmpty ? Int16(POLLOUT) : 0)
      var watched = [
        pollfd(fd: core.wakeup, events: Int16(POLLIN), revents: 0),
        pollfd(fd: line.descriptor, events: events, revents: 0),
      ]
      // An interrupted wait is as good as a short one.
      if poll(&watched, 2, [quietAt, heldUntil].compactMap { $0 }.min().pollTime) > 0 {
        if watched[0].revents != 0 { cposix_event_clear(core.wakeup) }
        if watched[1].revents & Int16(POLLOUT) != 0, let why = write(&line) { return .dropped(why) }
        if watched[1].revents & ~Int16(POLLOUT) != 0, let why = read(&line) { return .dropped(why) }
      }
      outlet.wakeQuietReader(at: lookedAt)
    }
  }

  /// Reads what is there, up to one piece, and hands it on.
  ///
  /// - Returns: why the line has dropped, where it has.
  private mutating func read(_ line: inout BoardLine) -> String? {
    var why: String?
    let descriptor = line.descriptor
    let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, used in
      while used < buffer.count {
        let count = Glibc.read(descriptor, buffer.baseAddress! + used, buffer.count - used)
        if count > 0 {
          used += count
          continue
        }
        if count < 0, errno == EINTR { continue }
        if count == 0 { why = "the other end has closed it" }
        if count < 0, errno != EAGAIN { why = String(cString: strerror(errno)) }
        return
      }
    }
    let (data, reply) = line.receive(piece)
    pending += reply
    _ = outlet.deliver(data)
    return why
  }

  /// Writes what the line takes.
  ///
  /// - Returns: why the line has dropped, where it has.
  private mutating func write(_ line: inout BoardLine) -> String? {
    while true {
      if pending.isEmpty {
        sender.take()?.resume(returning: nil)
        let next = core.state.withLock { $0.outgoing.isEmpty ? nil : $0.outgoing.removeFirst() }
        guard let next else { return nil }
        pending = line.encoded(Array(next.bytes))[...]
        sender = next.done
        continue
      }
      let count = pending.withUnsafeBytes { Glibc.write(line.descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { return errno == EAGAIN ? nil : String(cString: strerror(errno)) }
      pending = pending.dropFirst(count)
    }
  }

  // MARK: Again

  /// Opens the line that dropped.
  ///
  /// - Parameter attempt: how often it was tried in a row.
  /// - Returns: nil when it is to be closed, or when it was tried often enough.
  private mutating func reopened(after why: String, _ attempt: inout Int) -> BoardLine? {
    outlet.note("The line \(setup.address) has dropped (\(why)): connecting again")
    let start = ContinuousClock.now
    var last = why
    while attempt < setup.reconnection.attempts {
      attempt += 1
      guard pause(until: .now + setup.reconnection.pause(before: attempt)) else { return nil }
      do throws(Failure) {
        let line = try BoardLine(setup.address, for: core)
        let seconds = Double(Int((ContinuousClock.now - start) / .milliseconds(100))) / 10
        outlet.note("The line \(setup.address) is back after \(seconds) seconds: what the board said meanwhile is lost")
        core.state.withLock { $0.reconnections += 1 }
        return line
      } catch {
        last = error.cause ?? error.message
      }
    }
    outlet.note("The line \(setup.address) does not come back: given up after \(attempt) attempts (\(last))")
    return nil
  }

  /// Waits, and serves readers that wait for silence.
  ///
  /// - Returns: false when the line is to be closed.
  private mutating func pause(until end: ContinuousClock.Instant) -> Bool {
    while true {
      let (isClosing, quietAt) = core.state.withLock { ($0.teardown != nil, $0.quietAt) }
      let lookedAt = ContinuousClock.now
      if isClosing { return false }
      if ContinuousClock.now >= end { return true }
      var watched = pollfd(fd: core.wakeup, events: Int16(POLLIN), revents: 0)
      if poll(&watched, 1, [end, quietAt].compactMap(\.self).min().pollTime) > 0 { cposix_event_clear(core.wakeup) }
      outlet.wakeQuietReader(at: lookedAt)
    }
  }

  /// What was received can still be read: the core is given up only when somebody closes the console.
  private func waitForTeardown() {
    while core.state.withLock({ $0.teardown == nil }) {
      var watched = pollfd(fd: core.wakeup, events: Int16(POLLIN), revents: 0)
      if poll(&watched, 1, -1) > 0 { cposix_event_clear(core.wakeup) }
    }
  }
}
