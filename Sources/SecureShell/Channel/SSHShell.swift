// SPDX-License-Identifier: Apache-2.0

package import Consoles
package import Diagnostics
import Glibc
import Synchronization

extension SSHConnection {
  /// Starts the user's shell on a terminal of the board; it is the console. The connection is for nothing else from then
  /// on, and ends with it.
  ///
  /// - Parameter name: how messages call the connection.
  package func shell(
    name: String,
    log: ConsoleLog? = nil,
    observer: ConsoleObserver? = nil
  ) async throws(Failure) -> Console {
    let (descriptor, ending) = try await desk.hand {
      (link: inout SSHLink?, done: @Sendable (Result<(Int32, SSHShellEnding), Failure>) -> Void) in
      do throws(Failure) {
        guard let own = link else { throw SSHDesk.closed }
        var pump = try SSHShellPump(own)
        done(.success((pump.other, pump.ending)))
        pump.run()
      } catch {
        done(.failure(error))
      }
      link = nil
    }
    return try await Console.attach(
      ConsoleStream(name: name, descriptor: descriptor) { [self] in
        withExtendedLifetime(self) { ending.failure.withLock(\.self) }
      },
      log: log,
      observer: observer
    )
  }
}

/// Why a shell's stream has ended, where that was not by itself.
final class SSHShellEnding: Sendable {
  let failure = Mutex<Failure?>(nil)
}

/// Moves bytes between a shell on a board and a socket, whose other end the console has, on the connection's thread.
struct SSHShellPump {
  /// Programs on the board shall not think that they can move the cursor about.
  private static let terminal = "dumb"
  private static let rows: Int32 = 24
  /// Wide enough that no line editor breaks or shifts the lines that are typed.
  private static let columns: Int32 = 1000
  /// How much waits for the console before the board has to, in bytes.
  private static let mostWaiting = 1 << 20

  private let link: SSHLink
  private let channel: SSHChannel
  private let socket: Int32
  /// The console's end.
  let other: Int32
  let ending = SSHShellEnding()
  /// From the board to the console.
  private var incoming: ArraySlice<UInt8> = []
  /// From the console to the board.
  private var outgoing: ArraySlice<UInt8> = []
  private var isConsoleGone = false

  init(_ link: SSHLink) throws(Failure) {
    self.link = link
    channel = try SSHChannel(link)
    try channel.startShell(terminal: Self.terminal, rows: Self.rows, columns: Self.columns)
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
      throw Failure(
        .infrastructure,
        "ssh-not-started",
        "cannot open a console for \(link.target.peer)",
        advice: "Check the limit of open files (ulimit -n).",
        cause: String(cString: strerror(errno))
      )
    }
    socket = ends[0]
    other = ends[1]
  }

  /// Runs until one of the two ends.
  mutating func run() {
    do throws(Failure) {
      while try step() {}
    } catch {
      if error.kind != .canceled { ending.failure.withLock { $0 = error } }
    }
    flushRest()
    close(socket)
  }

  /// How long the console may take for the rest of what the board printed.
  private static let restPatience: Int32 = 5000

  private mutating func flushRest() {
    flush()
    while !incoming.isEmpty, !isConsoleGone {
      var watched = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
      guard poll(&watched, 1, Self.restPatience) > 0, watched.revents & Int16(POLLOUT) != 0 else { return }
      flush()
    }
  }

  /// - Returns: whether there is more to do.
  private mutating func step() throws(Failure) -> Bool {
    var hasMoved = false
    if incoming.count < Self.mostWaiting {
      let bytes = try channel.take() + (try channel.take(isError: true))
      incoming += bytes
      hasMoved = !bytes.isEmpty
    }
    let given = try channel.give(outgoing)
    outgoing = outgoing.dropFirst(given)
    if hasMoved || given > 0 {
      flush()
      return true
    }
    if isConsoleGone { return false }
    if channel.isDrained {
      guard link.isConnected else { throw link.lost }
      return false
    }
    guard link.isConnected else { throw link.lost }
    let wanted = (outgoing.isEmpty ? Int16(POLLIN) : 0) | (incoming.isEmpty ? 0 : Int16(POLLOUT))
    let ready = try link.wait(until: nil, watching: socket, for: wanted, isListening: incoming.count < Self.mostWaiting)
    if ready & Int16(POLLOUT) != 0 { flush() }
    if ready & Int16(POLLIN | POLLHUP | POLLERR) != 0, outgoing.isEmpty { readConsole() }
    return true
  }

  private mutating func readConsole() {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: SSHChannel.pieceSize) { buffer, used in
      count = read(socket, buffer.baseAddress, buffer.count)
      used = max(count, 0)
    }
    outgoing = bytes[...]
    if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { isConsoleGone = true }
  }

  /// Gives the console what it takes.
  private mutating func flush() {
    while !incoming.isEmpty {
      let count = incoming.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      incoming = incoming.dropFirst(count)
    }
  }
}
