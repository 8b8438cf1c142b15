// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import Glibc
import Pipeline
import Synchronization

/// What serves a job's boards, until the job ends.
protocol Service: Sendable {
  /// Ends it; nothing is served after that.
  func stop() async
}

/// A server that is a program of this host, started for one job, watched, and ended with the job.
final class ServiceProgram: Service {
  private let console: Console
  private let isStopping = Mutex(false)
  private let watch = Mutex<Task<Void, Never>?>(nil)

  private init(_ console: Console) { self.console = console }

  /// How long a server may take to begin.
  private static let patience = Duration.seconds(20)
  private static let ladder = TeardownLadder([.signal(SIGTERM, wait: .seconds(5))])
  /// Of what a program says before it serves this many bytes are looked at, its last ones.
  private static let memory = 4096

  /// Starts a program and waits until it serves.
  ///
  /// - Parameters:
  ///   - log: what it says is added to this file.
  ///   - silence: how often is looked where the program does not say when it is ready; nil where it does.
  ///   - failure: of a program that ends or does not begin within 20 s; its last line is the cause.
  ///   - isReady: is asked with what it has said lately.
  static func start(
    _ words: [String],
    log: String? = nil,
    silence: Duration? = nil,
    failure: Failure,
    _ run: ActionRun,
    isReady: @escaping @Sendable (String) -> Bool
  ) async throws(Failure) -> ServiceProgram {
    let log = try log.map { (path) throws(Failure) in try ConsoleLog(path: path) }
    let console = try await Console.spawn(ConsoleCommand(words), log: log)
    do throws(Failure) {
      try await run.withTimeout(patience, failure) { () async throws(Failure) in
        var said: [UInt8] = []
        while !isReady(String(decoding: said, as: UTF8.self)) {
          switch try await console.read(silence: silence) {
          case .bytes(let bytes)?: said = Array((said + bytes).suffix(memory))
          case .end(let status)?:
            var failure = failure
            let lines = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline)
            failure.cause = lines.last.map { String($0) } ?? status.map { "it \($0)" }
            throw failure
          case nil: break
          }
        }
      }
    } catch {
      await console.close(ladder)
      throw error
    }
    return ServiceProgram(console)
  }

  /// Tells when the program has ended before it was told to.
  func watch(_ lost: @escaping @Sendable () async -> Void) {
    let task = Task { [console] in
      do throws(Failure) {
        while case .bytes = try await console.read() {}
      } catch {
        // Its log cannot be written, or nobody wants to know any more.
        if error.kind == .canceled { return }
      }
      if !isStopping.withLock(\.self) { await lost() }
    }
    watch.withLock { $0 = task }
  }

  func stop() async {
    isStopping.withLock { $0 = true }
    let task = watch.withLock(\.self)
    task?.cancel()
    await task?.value
    await console.close(Self.ladder)
  }
}

extension JobContext {
  /// A board whose root file system is gone waits for it for ever: its console is closed, with the reason.
  func loseRoot(of namespace: String, _ failure: Failure) async {
    events.log(.error, failure.description)
    guard let session = withState(of: namespace, \.session) else { return }
    session.markLost(failure)
    await session.console.close(.immediate)
  }
}
