// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Glibc

/// Takes the worker's signals (spec results-and-log §5), so that none of them ends the process by itself.
struct WorkerSignals {
  private static let cancel = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR2]
  /// The job was deleted on the server.
  private static let delete = SIGUSR1
  private let sources: [any DispatchSourceSignal]

  init(_ control: JobControl) {
    signal(SIGPIPE, SIG_IGN)
    let queue = DispatchQueue(label: "worker-signals")
    sources = (Self.cancel + [Self.delete]).map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { control.stop(isDeleted: number == Self.delete) }
      source.resume()
      return source
    }
  }

  /// Takes none any more; from here on they are ignored.
  func end() { for source in sources { source.cancel() } }
}
