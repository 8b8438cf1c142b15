// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import HostTools
import Patterns
import SecureShell
import Testing

/// A shell on a terminal of the board, as a console.
@Suite(.enabled(if: SSHServer.Kind.openSSH.isInstalled, "there is no OpenSSH server")) struct ShellTests {
  private func shell(_ server: SSHServer, log: String? = nil) async throws -> Console {
    let connection = try await SSHConnection.open(server.target)
    return try await connection.shell(
      name: "ssh",
      log: try log.map { path throws(Failure) in try ConsoleLog(path: path) }
    )
  }

  @Test func aTerminalThatIsTypedAt() async throws {
    let folder = TemporaryFolder()
    let server = await SSHServer(.openSSH)
    let console = try await shell(server, log: folder.file("log"))
    try await console.sendLine("test -t 0 && echo a-$((20 + 3))-terminal; tput cols; stty size")
    _ = try await console.expect(try PatternSet(["a-23-terminal"]))
    _ = try await console.expect(try PatternSet(["24 1000"]))
    // More than the socket and the window hold.
    try await console.sendLine("stty -echo; head -c 6000000 /dev/zero | tr '\\0' x; echo; echo the-$((1 + 1))-end")
    _ = try await console.expect(try PatternSet(["the-2-end"]))
    try await console.sendLine("exit")
    while case .bytes = try await console.read() {}
    await console.close()
    #expect(bytes(of: folder.file("log")).count > 6_000_000)
    // A shell that ends by itself is no broken connection.
    let found = await #expect(throws: Failure.self) { try await console.expect(try PatternSet(["never"])) }
    #expect(found?.code == "console-closed")
  }

  @Test func aServerThatDies() async throws {
    let server = await SSHServer(.openSSH)
    let console = try await shell(server)
    try await console.sendLine("kill -9 $PPID")
    let found = await #expect(throws: Failure.self) { try await console.expect(try PatternSet(["never"])) }
    #expect(found?.code == "ssh-connection-lost")
    #expect(found?.message.contains("127.0.0.1:\(server.port)") == true)
    await console.close()
  }

  /// What runs in the shell ends with the console.
  @Test func aConsoleThatIsClosed() async throws {
    let server = await SSHServer(.openSSH)
    let console = try await shell(server)
    try await console.sendLine("echo pid-$$-")
    let match = try #require(try await console.expect(try PatternSet([#"pid-(?P<pid>\d+)-"#]), silence: .seconds(60)))
    let pid = try #require(match.text(of: "pid"))
    await console.close()
    let other = try await SSHConnection.open(server.target)
    let gone = try await other.execute(
      "for i in $(seq 100); do kill -0 \(pid) 2> /dev/null || exit 0; sleep 0.1; done; exit 1"
    )
    #expect(gone.isSuccess)
    await other.close()
  }
}
