// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc

/// Calls a function when this process is asked to stop: HUP, INT, TERM. A signal no longer ends the process by itself; nor
/// does a terminal that went away, which must not take the board's power-off with it.
struct Interruption {
  private static let signals = [SIGHUP, SIGINT, SIGTERM]
  private let sources: [any DispatchSourceSignal]

  init(_ interrupt: @escaping @Sendable () -> Void) {
    signal(SIGPIPE, SIG_IGN)
    let queue = DispatchQueue(label: "interruption")
    sources = Self.signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler(handler: interrupt)
      source.resume()
      return source
    }
  }

  /// Gives the signals their usual meaning back.
  func end() {
    for source in sources { source.cancel() }
    for number in Self.signals { signal(number, SIG_DFL) }
  }
}
