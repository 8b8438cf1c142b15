// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Glibc
import Patterns
import Synchronization
import Testing

/// Much output.
@Suite(.timeLimit(.minutes(20)))
struct ThroughputTests {
  @Test("50 MB that nobody reads end up in the log, whole, and the observer saw the same")
  func flood() async throws {
    let path = "/tmp/pumice-flood-\(getpid()).log"
    defer { unlink(path) }
    let seen = Mutex((bytes: [UInt8](), ends: 0))
    let log = try ConsoleLog(path: path)
    // Lines of 64 bytes, as they are: the terminal would make two bytes of each newline.
    let line = "The quick brown fox jumps over the lazy dog. 0123456789 abcdefg\n"
    let console = try await Console.spawn(
      .shell("stty -opost; yes '\(line.dropLast())' | head -n 781250"),
      log: log
    ) { event in
      switch event {
      case .received(let bytes): seen.withLock { $0.bytes += bytes }
      case .note(let text): Issue.record("\(text)")
      case .ended(let status):
        #expect(status == .exited(0))
        seen.withLock { $0.ends += 1 }
      }
    }
    // Only the last MiBs are kept for a reader who comes late, but the end is told.
    _ = await #expect(throws: Failure.self) { try await console.expect(PatternSet(["never"])) }
    #expect(await console.close() == .exited(0))
    let written = try contents(of: path)
    #expect(written == Array(String(repeating: line, count: 781250).utf8))
    #expect(seen.withLock { $0.bytes == written && $0.ends == 1 })
  }

  @Test("a reader that is slower than the board gets every byte")
  func slowReader() async throws {
    let console = try await Console.spawn(.shell("stty -opost -echo; echo ready; read go; seq 2000000"))
    // From then on somebody reads.
    _ = try await console.expect(PatternSet(["ready\n"]))
    try await console.sendLine("")
    var (number, next, torn) = (0, 1, 0)
    while case .bytes(let bytes) = try await console.read() {
      // What a test shell does with each byte costs about as much.
      for byte in bytes {
        if byte != UInt8(ascii: "\n") {
          number = number &* 10 &+ Int(byte) - 48
          continue
        }
        torn += number == next ? 0 : 1
        (number, next) = (0, number + 1)
      }
    }
    #expect(torn == 0)
    #expect(next == 2_000_001)
    await console.close()
  }

  @Test("a marker at the end of much output is found")
  func marker() async throws {
    let console = try await Console.spawn(
      .shell("yes abcdefghijklmnopqrstuvwxyz | head -c 8000000; echo; echo the end; read forever")
    )
    let match = try await console.expect(PatternSet(["login:", "=> ", "the end"]))
    #expect(match.index == 2)
    await console.close(.immediate)
  }
}
