// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Glibc
import Synchronization

/// Hands on what a board sends: to the log on the disk, then to the observer, then to whoever reads.
struct ConsoleOutlet {
  private let core: ConsoleCore
  private let log: ConsoleLog?
  private let observer: ConsoleObserver?
  /// Readers have been told that nothing more comes.
  private(set) var hasEnded = false

  init(_ core: ConsoleCore, log: ConsoleLog?, observer: ConsoleObserver?) {
    self.core = core
    self.log = log
    self.observer = observer
  }

  /// Hands bytes on.
  ///
  /// - Returns: false when the stream has ended, which it does where the log cannot be written.
  mutating func deliver(_ bytes: [UInt8]) -> Bool {
    guard !bytes.isEmpty, !hasEnded else { return !hasEnded }
    if let failure = log.flatMap({ log in bytes.withUnsafeBytes { log.write($0) } }) {
      end(nil, failure)
      return false
    }
    observer?(.received(bytes))
    let reader = core.state.withLock { state in
      state.receive(bytes)
      return state.takeReader()
    }
    reader?.resume(returning: .news)
    return true
  }

  /// Tells the observer of something that happened to the line.
  func note(_ text: String) { observer?(.note(text)) }

  /// Tells everybody that nothing more comes.
  mutating func end(_ status: ExitStatus?, _ failure: Failure? = nil) {
    guard !hasEnded else { return }
    hasEnded = true
    observer?(.ended(status))
    let (reader, senders, refusal) = core.state.withLock { state in
      state.ending = ConsoleEnding(status: status, failure: failure)
      let senders = state.outgoing.compactMap(\.done)
      state.outgoing = []
      return (state.takeReader(), senders, core.closedFailure(state))
    }
    reader?.resume(returning: .news)
    for sender in senders { sender.resume(returning: refusal) }
  }

  /// Wakes a reader whose time of silence was over when the stream was last looked at, and nothing was there.
  func wakeQuietReader(at instant: ContinuousClock.Instant) {
    let reader = core.state.withLock { state -> CheckedContinuation<ConsoleWake, Never>? in
      guard let time = state.quietAt, instant >= time else { return nil }
      return state.takeReader()
    }
    reader?.resume(returning: .quiet)
  }
}

extension ContinuousClock.Instant? {
  /// What poll(2) waits until then, in milliseconds: rounded up, so that it has passed; -1 waits for ever.
  var pollTime: Int32 {
    guard let deadline = self else { return -1 }
    let rest = deadline - .now
    guard rest > .zero else { return 0 }
    return Int32(min(rest / .milliseconds(1), 3_600_000).rounded(.up))
  }
}
