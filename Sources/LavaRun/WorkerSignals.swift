// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Glibc

/// Takes the worker's signals (spec results-and-log §5), so that none of them ends the process by itself.
struct WorkerSignals {
  /// A terminal that goes away may send more than one HUP: that is nobody who insists.
  private static let wishes: [(signal: Int32, wish: JobControl.Wish)] = [
    (SIGINT, .end), (SIGQUIT, .end), (SIGTERM, .end), (SIGHUP, .cancel), (SIGUSR2, .cancel), (SIGUSR1, .delete),
  ]
  private let sources: [any DispatchSourceSignal]

  init(_ control: JobControl) {
    signal(SIGPIPE, SIG_IGN)
    let queue = DispatchQueue(label: "worker-signals")
    sources = Self.wishes.map { number, wish in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { control.take(wish) }
      source.resume()
      return source
    }
  }

  /// Takes none any more; from here on they are ignored.
  func end() { for source in sources { source.cancel() } }
}
