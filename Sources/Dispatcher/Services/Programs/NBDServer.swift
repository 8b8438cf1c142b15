// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Files
import Pipeline

/// A file of this host that boards have as a network block device, and may write to: nbdkit, started for this one file
/// and ended with the job. It gives the file under every name that is asked for.
final class NBDServer: Service {
  /// Its Debian package has the same name, and brings no service that runs by itself.
  static let programName = "nbdkit"
  /// Where a port is taken from that nobody states, and the usual one where all of these are taken (spec jobs §5.8).
  private static let ports = 55000...55999
  private static let usualPort = 10809
  /// How often is looked whether it has begun: it only says it by a file.
  private static let pace = Duration.milliseconds(20)

  let port: Int
  private let program: ServiceProgram

  private init(port: Int, program: ServiceProgram) {
    self.port = port
    self.program = program
  }

  /// Starts a server.
  ///
  /// - Parameters:
  ///   - file: its absolute path.
  ///   - address: the only one that it listens on, of this host.
  ///   - port: nil for one that is free.
  ///   - folder: for the server's own files, in the job's.
  ///   - log: what the server says is added to this file.
  /// - Throws: `nbd-server`, kind `infrastructure`, with what nbdkit said last.
  static func start(
    _ file: String,
    address: String,
    port: Int?,
    folder: String,
    log: String,
    _ run: ActionRun
  ) async throws(Failure) -> NBDServer {
    let program = try Programs.require(programName, package: programName)
    let chosen = port ?? freePort(at: address)
    try FileSystem.makeFolder(folder)
    let begun = "\(folder)/nbdkit-\(chosen).pid"
    try FileSystem.removeTree(begun)
    let words = [
      program, "--foreground", "--newstyle", "--ipaddr", address, "--port", "\(chosen)", "--pidfile", begun,
      "file", "file=\(file)",
    ]
    let failure = Failure(
      .infrastructure,
      "nbd-server",
      "the NBD server does not start at \(address), port \(chosen)",
      advice: port == nil
        ? "What it says is in '\(log)'."
        : "What it says is in '\(log)'; another program may have the port, and 'port: auto' takes one that is free."
    )
    let server = try await ServiceProgram.start(words, log: log, silence: pace, failure: failure, run) { _ in
      FileSystem.exists(begun)
    }
    return NBDServer(port: chosen, program: server)
  }

  private static func freePort(at address: String) -> Int {
    ports.shuffled().first { HostPort(.tcp, address: address, port: UInt16($0)).error == 0 } ?? usualPort
  }

  /// Tells when the server has ended before it was told to.
  func watch(_ lost: @escaping @Sendable () async -> Void) { program.watch(lost) }

  func stop() async { await program.stop() }
}
