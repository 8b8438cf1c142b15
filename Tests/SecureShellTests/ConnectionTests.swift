// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import SecureShell
import Synchronization
import Testing

/// Reaching a server, and finding out whether it is the right one.
@Suite(.enabled(if: SSHServer.Kind.openSSH.isInstalled, "there is no OpenSSH server")) struct ConnectionTests {
  private func failure(_ target: SSHTarget) async -> Failure? {
    do throws(Failure) {
      let connection = try await SSHConnection.open(target)
      await connection.close()
      return nil
    } catch {
      return error
    }
  }

  @Test func aCommandAndItsOutputs() async throws {
    let server = await SSHServer(.openSSH)
    let connection = try await SSHConnection.open(server.target)
    let seen = Mutex<[UInt8]>([])
    let outcome = try await connection.execute("printf 'a\\nb'; echo wrong >&2; exit 7") { bytes in
      seen.withLock { $0 += bytes }
    }
    #expect(outcome.status == 7)
    #expect(outcome.output == Array("a\nb".utf8))
    #expect(outcome.errorText == "wrong")
    #expect(seen.withLock(\.self) == outcome.output)
    // The same connection again, and much at once: 20 MB, of which 1 MiB is kept.
    let count = Mutex(0)
    let large = try await connection.execute("head -c 20000000 /dev/zero") { bytes in
      count.withLock { $0 += bytes.count }
    }
    #expect(large.isSuccess)
    #expect(count.withLock(\.self) == 20_000_000)
    #expect(large.output.count == SSHConnection.outputLimit)
    let killed = try await connection.execute("kill -9 $$")
    #expect(killed.status == nil || killed.status == 137)
    await connection.close()
    await #expect(throws: Failure.self) { try await connection.execute("true") }
  }

  @Test func aServerThatIsNotThere() async throws {
    let target = SSHTarget(SSHPeer(host: "127.0.0.1", port: SSHServer.freePort()))
    let found = try #require(await failure(target))
    #expect(found.code == "ssh-unreachable")
    #expect(found.kind == .infrastructure)
    #expect(found.cause == "Connection refused")
    #expect(found.message == "cannot reach root@127.0.0.1:\(target.peer.port)")
  }

  @Test func aServerWithAnotherKey() async throws {
    let server = await SSHServer(.openSSH)
    var target = server.target
    let other = try SSHKeyPair.make().publicKey
    target.hostKeys = .pinned([other])
    let found = try #require(await failure(target))
    #expect(found.code == "ssh-host-key-changed")
    #expect(found.message.contains(other.fingerprint))
    #expect(found.message.contains(try #require(SSHPublicKey(server.hostKey)).fingerprint))
  }

  @Test func aListOfKnownServers() async throws {
    let server = await SSHServer(.openSSH)
    let folder = TemporaryFolder()
    let file = folder.file("known_hosts")
    var target = server.target
    target.hostKeys = .knownHosts(file: file, addsNew: false)
    #expect(await failure(target)?.code == "ssh-host-key-unknown")
    target.hostKeys = .knownHosts(file: file, addsNew: true)
    #expect(await failure(target) == nil)
    #expect(String(decoding: bytes(of: file), as: UTF8.self).contains("[127.0.0.1]:\(server.port) \(server.hostKey)"))
    target.hostKeys = .knownHosts(file: file, addsNew: false)
    #expect(await failure(target) == nil)
    // The same address with another key, even where new ones are added.
    await server.stop()
    let impostor = await SSHServer(.openSSH, port: server.port)
    target.identities = [impostor.identity]
    target.hostKeys = .knownHosts(file: file, addsNew: true)
    #expect(await failure(target)?.code == "ssh-host-key-changed")
    target.hostKeys = .ignored
    #expect(await failure(target) == nil)
  }

  @Test func aKeyThatIsNotTaken() async throws {
    let server = await SSHServer(.openSSH)
    let stranger = await SSHServer(.openSSH)
    var target = server.target
    target.identities = [stranger.identity]
    let found = try #require(await failure(target))
    #expect(found.code == "ssh-login-refused")
    #expect(found.message.contains(stranger.identity))
    target.identities = ["/nowhere/key"]
    #expect(await failure(target)?.code == "ssh-key-unreadable")
  }

  @Test func aServerThatFallsSilent() async throws {
    let server = await SSHServer(.openSSH)
    var target = server.target
    target.keepAliveInterval = .milliseconds(100)
    target.keepAliveLimit = 2
    let connection = try await SSHConnection.open(target)
    // It answers our questions while nothing else is said.
    #expect(try await connection.execute("sleep 1").isSuccess)
    let pid = try await connection.execute("echo $PPID").text
    let found = await #expect(throws: Failure.self) { try await connection.execute("kill -STOP $PPID; sleep 60") }
    // It would stay for ever.
    #expect(run(["kill", "-KILL", pid]).status == 0)
    #expect(found?.code == "ssh-connection-lost")
    #expect(found?.message.hasPrefix("\(target.peer) has not answered for ") == true)
    await connection.close()
  }

  @Test func aTaskThatIsCancelled() async throws {
    let server = await SSHServer(.openSSH)
    let connection = try await SSHConnection.open(server.target)
    let (started, tell) = AsyncStream.makeStream(of: Void.self)
    let task = Task { try await connection.execute("echo on; sleep 86400") { _ in tell.finish() } }
    for await _ in started {}
    task.cancel()
    let found = await #expect(throws: Failure.self) { try await task.value }
    #expect(found?.kind == .canceled)
    // The connection lives on.
    #expect(try await connection.execute("echo still").text == "still")
    await connection.close()
  }

  @Test func aConnectionThatIsKilled() async throws {
    let server = await SSHServer(.openSSH)
    let connection = try await SSHConnection.open(server.target)
    let found = await #expect(throws: Failure.self) { try await connection.execute("kill -9 $PPID; sleep 60") }
    #expect(found?.code == "ssh-connection-lost")
    #expect(found?.kind == .connectionClosed)
    #expect(found?.message == "the ssh connection to \(server.target.peer) broke")
    await connection.close()
  }
}
