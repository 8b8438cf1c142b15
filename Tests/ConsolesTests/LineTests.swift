// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Glibc
import HostTools
import Patterns
import Synchronization
import Testing

/// Lines that are spoken without another program: over TCP and telnet, with a server of our own at the other end.
@Suite(.timeLimit(.minutes(2)), .enabled(if: isInstalled("python3"), "there is no python3"))
struct ConnectionLineTests {
  private func expect(_ text: String, on console: Console) async throws {
    _ = try await console.expect(PatternSet([text]))
  }

  @Test(arguments: [ConsoleServer.Kind.tcp, .telnet])
  func talk(_ kind: ConsoleServer.Kind) async throws {
    let server = try #require(await ConsoleServer(kind))
    let console = try await Console.open(LineAddress(server.address(kind)))
    try await console.sendLine("hello")
    try await expect("said hello\\r\\n", on: console)
    try await console.sendLine("slow", characterDelay: .milliseconds(2))
    try await expect("said slow\\r\\n", on: console)
    // Every byte comes as it is.
    try await console.sendLine("all")
    var bytes: [UInt8] = []
    while bytes.count < 256, case .bytes(let more) = try await console.read() { bytes += more }
    #expect(bytes == Array(0...255))
    // A CR does not arrive as two characters.
    try await console.send("with\rreturn\n")
    try await expect("said with\\rreturn\\r\\n", on: console)
    #expect(await console.close() == nil)
  }

  /// The server offers echo (1) and go-ahead (3), and asks for binary (0) and the terminal's type (24).
  @Test func negotiation() async throws {
    let server = try #require(await ConsoleServer(.telnet))
    let console = try await Console.open(LineAddress(server.address(.telnet)))
    #expect(await server.process.waitForErrors("command fffc18", limit: 60))
    let said = server.process.errorsSoFar.split(separator: "\n").dropFirst()
    // Yes to echo; then what is asked for, which is what the server offers next; no to the type.
    let expected = ["fffd01", "fffd03", "fffd00", "fffb00", "fffc18"].map { "command \($0)" }
    #expect(said.map(String.init) == expected)
    await console.close()
  }

  /// The connection is closed, and for a second nobody listens: it comes back, whoever reads does not notice, and what is
  /// sent meanwhile arrives.
  @Test(arguments: ["drop", "away"]) func droppedAndBack(_ command: String) async throws {
    let server = try #require(await ConsoleServer(.telnet))
    let notes = Mutex<[String]>([])
    let console = try await Console.open(LineAddress(server.address(.telnet))) { event in
      if case .note(let text) = event { notes.withLock { $0.append(text) } }
    }
    try await console.sendLine(command)
    while console.reconnections == 0 {
      // Sent into a connection that is being closed it may get lost.
      try await console.sendLine("again")
      _ = try await console.read(silence: .milliseconds(50))
    }
    try await console.sendLine("after")
    try await expect("said after\\r\\n", on: console)
    #expect(console.reconnections == 1)
    #expect(!console.hasEnded)
    let said = notes.withLock(\.self)
    #expect(said.count == 2)
    #expect(said.first?.hasSuffix("connecting again") == true)
    #expect(said.last?.contains(" is back after ") == true)
    await console.close()
  }

  /// It does not come back: a bounded number of tries, and the stream ends.
  @Test func gone() async throws {
    let server = try #require(await ConsoleServer(.tcp))
    var reconnection = Reconnection()
    reconnection.attempts = 3
    reconnection.pause = .milliseconds(1)
    let console = try await Console.open(LineAddress(server.address(.tcp)), reconnection: reconnection)
    try await console.sendLine("last words")
    try await expect("said last words", on: console)
    try await console.sendLine("gone")
    await #expect {
      try await expect("never", on: console)
    } throws: {
      ($0 as? Failure)?.kind == .connectionClosed
    }
    await #expect { try await console.sendLine("x") } throws: { ($0 as? Failure)?.code == "console-closed" }
    await console.close()
  }

  /// Closing does not wait for a line that is away.
  @Test func closedWhileAway() async throws {
    let server = try #require(await ConsoleServer(.tcp))
    var reconnection = Reconnection()
    reconnection.pause = .seconds(1000)
    reconnection.longestPause = .seconds(1000)
    let (drops, told) = AsyncStream.makeStream(of: String.self)
    let console = try await Console.open(LineAddress(server.address(.tcp)), reconnection: reconnection) { event in
      if case .note(let text) = event { told.yield(text) }
    }
    try await console.sendLine("gone")
    var iterator = drops.makeAsyncIterator()
    #expect(await iterator.next()?.contains("has dropped") == true)
    let sending = Task { try await console.sendLine("waits") }
    await console.close()
    await #expect(throws: Failure.self) { try await sending.value }
  }

  @Test(arguments: ["tcp://127.0.0.1:1", "telnet://no-such-host.invalid:7007", "serial:///dev/no-such-port"])
  func notThere(_ address: String) async throws {
    let address = try LineAddress(address)
    await #expect { try await Console.open(address) } throws: {
      ($0 as? Failure)?.code == "line-not-opened" && ($0 as? Failure)?.kind == .infrastructure
    }
  }
}

/// A pseudo-terminal in the place of a serial port: this end is the board.
private final class Port: Sendable {
  let board: Int32
  let path: String

  init() {
    var (board, terminal): (Int32, Int32) = (-1, -1)
    precondition(openpty(&board, &terminal, nil, nil, nil) == 0, "no pseudo-terminal")
    // A program that is started meanwhile must not keep it from being unplugged.
    for end in [board, terminal] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    path = String(cString: ttyname(terminal))
    close(terminal)
    self.board = board
  }

  func say(_ text: String) { _ = write(board, text, text.utf8.count) }

  func heard(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 256)
    while bytes.count < count {
      let read = read(board, &buffer, min(buffer.count, count - bytes.count))
      guard read > 0 else { break }
      bytes += buffer[..<read]
    }
    return bytes
  }

  func unplug() { close(board) }
}

/// Serial ports.
@Suite(.timeLimit(.minutes(2)))
struct SerialLineTests {
  @Test func raw() async throws {
    let port = Port()
    let console = try await Console.open(LineAddress("serial://\(port.path)?baud=230400"))
    port.say("U-Boot\r\n\u{3}\u{11}\u{0}end")
    _ = try await console.expect(PatternSet(["U-Boot\\r\\n\\x03\\x11\\x00end"]))
    try await console.send([0x0D, 0x0A, 0x03, 0x11, 0x13, 0x00, 0xFF, 0x7F])
    #expect(port.heard(8) == [0x0D, 0x0A, 0x03, 0x11, 0x13, 0x00, 0xFF, 0x7F])
    await console.close()
    port.unplug()
  }

  @Test func oneReaderOnly() async throws {
    let port = Port()
    let address = try LineAddress("serial://\(port.path)")
    let console = try await Console.open(address)
    await #expect { try await Console.open(address) } throws: { ($0 as? Failure)?.code == "line-busy" }
    await console.close()
    let again = try await Console.open(address)
    await again.close()
    port.unplug()
  }

  @Test func noPort() async throws {
    let folder = TemporaryFolder()
    let address = try LineAddress("serial://\(folder.write("", to: "file"))")
    await #expect { try await Console.open(address) } throws: {
      ($0 as? Failure)?.message.contains("ioctl") == true
    }
  }

  /// An adapter that is pulled out and put in again is another terminal under the same name.
  @Test func pulledOut() async throws {
    let (port, next) = (Port(), Port())
    let folder = TemporaryFolder()
    let name = folder.file("tty")
    #expect(symlink(port.path, name) == 0)
    let console = try await Console.open(LineAddress("serial://\(name)"))
    port.say("one")
    _ = try await console.expect(PatternSet(["one"]))
    #expect(symlink(next.path, "\(name).new") == 0 && rename("\(name).new", name) == 0)
    port.unplug()
    next.say("two")
    _ = try await console.expect(PatternSet(["two"]))
    #expect(console.reconnections == 1)
    await console.close()
    next.unplug()
  }
}
