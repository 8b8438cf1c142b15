// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Glibc
import Patterns
import Synchronization
import Testing

/// Consoles with real programs on real terminals. What is awaited is always an event: a match, an end, a cancellation.
@Suite(.timeLimit(.minutes(20)))
struct ConsoleTests {
  @Test("what a program prints is found, and what is typed reaches it")
  func dialogue() async throws {
    let console = try await Console.spawn(.shell("printf 'name: '; read name; echo \"hello, $name\""))
    let prompt = try await console.expect(PatternSet(["name: "]))
    #expect(prompt.bytes == Array("name: ".utf8))
    try await console.sendLine("board")
    let answer = try await console.expect(PatternSet(["login:", #"hello, (?P<who>\w+)\r"#]))
    #expect(answer.index == 1)
    #expect(answer.text(of: "who") == "board")
    // The terminal echoes what is typed.
    #expect(answer.textBefore == "board\r\n")
    #expect(await console.close() == .exited(0))
  }

  @Test("a match may come in pieces, and the earliest wins")
  func pieces() async throws {
    // The program goes on only when told, so each piece is a read of its own.
    let console = try await Console.spawn(
      ConsoleCommand(["/bin/sh", "-c", "printf 'x <LAVA_'; read a; printf 'SIGNAL_A b> # '; read a"])
    )
    _ = try await console.expect(PatternSet(["x "]))
    try await console.sendLine("")
    let match = try await console.expect(PatternSet(["# ", #"<LAVA_SIGNAL_(\S+) ([^>]+)>"#]))
    // The echo of the newline stands in between: it is part of no signal.
    #expect(match.index == 0)
    await console.close(.immediate)
  }

  @Test("a match that could go on is taken when the board falls silent")
  func settled() async throws {
    let console = try await Console.spawn(.shell("printf 'took 125'; read forever"))
    let match = try await console.expect(PatternSet([#"took (\d+)"#]))
    #expect(match.groups == [Array("125".utf8)])
    await console.close(.immediate)
  }

  @Test("the end of the stream tells how the program ended and what it said last")
  func end() async throws {
    let console = try await Console.spawn(.shell("echo 'no such host'; exit 7"))
    let failure = await #expect(throws: Failure.self) { try await console.expect(PatternSet(["login:"])) }
    #expect(failure?.kind == .connectionClosed)
    #expect(failure?.message.contains("ended with status 7") == true)
    #expect(failure?.cause?.contains("no such host") == true)
    // What was not matched can still be read.
    #expect(try await console.read() == .bytes(Array("no such host\r\n".utf8)))
    #expect(try await console.read() == .end(.exited(7)))
    let refused = await #expect(throws: Failure.self) { try await console.send("x") }
    #expect(refused?.code == "console-closed")
    #expect(await console.close() == .exited(7))
    #expect(await console.close() == .exited(7))
  }

  @Test("a program that is not there is a clear failure")
  func missing() async {
    let failure = await #expect(throws: Failure.self) {
      try await Console.spawn(ConsoleCommand(["pumice-no-such-program"]))
    }
    #expect(failure?.code == "program-missing")
    #expect(failure?.message.contains("pumice-no-such-program") == true)
    let folder = await #expect(throws: Failure.self) {
      try await Console.spawn(ConsoleCommand(["true"], directory: "/no/such/folder"))
    }
    #expect(folder?.code == "folder-missing")
    let text = await #expect(throws: Failure.self) { try await Console.spawn(ConsoleCommand(["/etc/passwd"])) }
    #expect(text?.code == "program-not-executable")
  }

  @Test("bytes that are put back are seen first")
  func putBack() async throws {
    let console = try await Console.spawn(.shell("printf 'one two'; read forever"))
    _ = try await console.expect(PatternSet(["one"]))
    guard case .bytes(let rest) = try await console.read() else { Issue.record("the stream ended"); return }
    #expect(rest.starts(with: Array(" ".utf8)))
    try console.unread(Array("zero".utf8) + rest)
    let match = try await console.expect(PatternSet(["two"]))
    #expect(match.textBefore == "zero ")
    await console.close(.immediate)
  }

  @Test("much that waits is read in pieces, in its order, and what was put back comes with the first")
  func limit() async throws {
    let (ends, told) = AsyncStream.makeStream(of: Void.self)
    let console = try await Console.spawn(.shell("stty -opost; seq 100000 160000")) { event in
      if case .ended = event { told.finish() }
    }
    for await _ in ends {}
    try console.unread(Array("0\n".utf8))
    var pieces: [[UInt8]] = []
    while case .bytes(let bytes) = try await console.read(silence: nil, limit: 80 << 10) { pieces.append(bytes) }
    #expect(pieces.count > 4 && pieces.allSatisfy { $0.count <= (80 << 10) + 2 })
    let expected = "0\n" + (100_000...160_000).map { "\($0)\n" }.joined()
    #expect(pieces.joined().elementsEqual(expected.utf8))
    #expect(await console.close() == .exited(0))
  }

  @Test("a program sees the terminal's size, the environment and the folder it was given, and no descriptor of ours")
  func surroundings() async throws {
    var command = ConsoleCommand.shell(
      "stty size; echo \"<$PUMICE_TEST>\"; pwd; ls /proc/self/fd | tr '\\n' ' '; read forever"
    )
    command.environment = ["PUMICE_TEST": "a b"]
    command.directory = "/usr"
    command.rows = 50
    command.columns = 132
    let console = try await Console.spawn(command)
    // 3 is the folder that ls itself reads.
    _ = try await console.expect(PatternSet([#"^50 132\r\n<a b>\r\n/usr\r\n0 1 2 3 $"#]))
    await console.close(.immediate)
  }

  @Test("no signal is blocked or ignored in a program, though it is in this process")
  func signals() async throws {
    let console = try await Console.spawn(ConsoleCommand(["grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"]))
    _ = try await console.expect(PatternSet([#"SigBlk:\t0{16}\r\nSigIgn:\t0{16}\r\n"#]))
    await console.close()
  }

  @Test("a second reader is refused, not served at random")
  func twoReaders() async throws {
    let console = try await Console.spawn(.shell("printf ready; read forever"))
    _ = try await console.expect(PatternSet(["ready"]))
    let never = try PatternSet(["never"])
    await withTaskGroup(of: Failure?.self) { group in
      for _ in 0..<2 {
        group.addTask {
          do throws(Failure) {
            _ = try await console.expect(never)
            return nil
          } catch {
            return error
          }
        }
      }
      // One is refused at once; the other waits until it is cancelled.
      #expect(await group.next()??.code == "console-read-twice")
      group.cancelAll()
      #expect(await group.next()??.kind == .canceled)
    }
    await console.close(.immediate)
  }

  @Test("characters can be typed one after the other with a pause")
  func characterDelay() async throws {
    let console = try await Console.spawn(.shell("read line; echo \"got $line\"; read forever"))
    try await console.sendLine("slow", characterDelay: .microseconds(1))
    _ = try await console.expect(PatternSet(["got slow"]))
    await console.close(.immediate)
  }
}

extension ConsoleCommand {
  static func shell(_ script: String) -> ConsoleCommand { ConsoleCommand(["/bin/sh", "-c", script]) }
}
