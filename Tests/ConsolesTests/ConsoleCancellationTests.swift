// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Glibc
import Patterns
import Synchronization
import Testing

/// Waits that end because nobody wants them any more.
@Suite(.timeLimit(.minutes(20)))
struct ConsoleCancellationTests {
  @Test("expect, read and their like end when their task is cancelled, and the console stays usable")
  func expectations() async throws {
    let console = try await Console.spawn(.shell("printf ready; read line; echo \"got $line\"; read forever"))
    _ = try await console.expect(PatternSet(["ready"]))
    let never = try PatternSet(["never"])
    let waiting = Task { try await console.expect(never) }
    waiting.cancel()
    let failure = await #expect(throws: Failure.self) { try await waiting.value }
    #expect(failure?.kind == .canceled)
    let reading = Task { try await console.read() }
    reading.cancel()
    #expect(await #expect(throws: Failure.self) { try await reading.value }?.kind == .canceled)
    try await console.sendLine("it")
    _ = try await console.expect(PatternSet(["got it"]))
    await console.close(.immediate)
  }

  @Test("sending to a program that never reads can be cancelled, and later bytes go on")
  func sending() async throws {
    // Raw, so that the terminal's buffer fills up and stays full.
    let console = try await Console.spawn(.shell("stty raw -echo; printf ready; exec sleep 1000"))
    _ = try await console.expect(PatternSet(["ready"]))
    let sending = Task {
      try await console.send([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20))
    }
    let second = Task { try await console.send("y") }
    sending.cancel()
    second.cancel()
    #expect(await #expect(throws: Failure.self) { try await sending.value }?.kind == .canceled)
    _ = await second.result
    #expect(await console.close(.immediate) == .signaled(SIGKILL))
  }

  @Test("whoever sends is told when the program ends")
  func sendingToTheDying() async throws {
    let console = try await Console.spawn(.shell("stty raw -echo; printf ready; exec sleep 1000"))
    _ = try await console.expect(PatternSet(["ready"]))
    async let sent: Void = console.send([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20))
    await console.close(.immediate)
    do {
      try await sent
      Issue.record("a megabyte went into a terminal that nobody read")
    } catch let failure as Failure {
      #expect(failure.kind == .connectionClosed)
    }
  }
}
