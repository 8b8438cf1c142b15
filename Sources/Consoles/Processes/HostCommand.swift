// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import Synchronization

/// A program that is run on the host to its end: a power command, `mke2fs`.
///
/// It has a session and a process group of its own, /dev/null as standard input, and one pipe for both outputs.
package enum HostCommand {
  /// What a program printed and how it ended.
  package struct Output: Sendable, Hashable {
    package var status: ExitStatus
    /// Both outputs as they came; the last `outputLimit` bytes of them.
    package var bytes: [UInt8]
    /// How many bytes before those were dropped.
    package var dropped: Int

    /// As text, with what is not UTF-8 replaced.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  /// Runs a program, and waits for its end. What it leaves running in the background lives on, and is not waited for,
  /// even when it holds the pipe. When the task is cancelled the whole session is ended (SIGTERM, one second,
  /// SIGKILL), and then this throws.
  ///
  /// - Parameters:
  ///   - arguments: the program, by path or by name in `PATH`, and its arguments. No shell is involved.
  ///   - environment: set on top of this process's.
  ///   - outputLimit: in bytes.
  ///   - line: told each line of output as it comes, in order, on a thread of its own.
  /// - Throws: `program-missing` and the like; `command-canceled`. A status other than 0 is no failure here.
  package static func run(
    _ arguments: [String],
    environment: [String: String] = [:],
    directory: String? = nil,
    outputLimit: Int = 1 << 20,
    line: (@Sendable (ConsoleLine) -> Void)? = nil
  ) async throws(Failure) -> Output {
    let command = ConsoleCommand(arguments, environment: environment, directory: directory)
    let core = try await ConsoleCore.start(
      .init(
        source: .program(command, .pipe),
        log: nil,
        observer: line.map(observer),
        unreadLimit: outputLimit
      )
    )
    var output = ByteQueue(limit: outputLimit)
    while true {
      let (chunks, ending) = core.take()
      for chunk in chunks { output.append(chunk) }
      if ending != nil { break }
      guard await core.wait() == .canceled else { continue }
      _ = await core.close(.end(.brief))
      throw Failure(.canceled, "command-canceled", "'\(core.name)' was canceled")
    }
    guard let status = await core.close(.release) else {
      throw Failure(.bug, "command-without-status", "'\(core.name)' ended without a status")
    }
    let dropped = output.dropped + core.state.withLock { $0.incoming.dropped }
    return Output(status: status, bytes: output.take().flatMap { $0 }, dropped: dropped)
  }

  /// Splits output into lines for `line`.
  private static func observer(_ line: @escaping @Sendable (ConsoleLine) -> Void) -> ConsoleObserver {
    let splitter = LineFeeder()
    return { event in
      switch event {
      case .received(let bytes): splitter.append(bytes).forEach(line)
      case .note: break
      case .ended: splitter.finish().map(line)
      }
    }
  }

  private final class LineFeeder: Sendable {
    private let splitter = Mutex(ConsoleLineSplitter())

    func append(_ bytes: [UInt8]) -> [ConsoleLine] { splitter.withLock { $0.append(bytes) } }

    func finish() -> ConsoleLine? { splitter.withLock { $0.finish() } }
  }
}
