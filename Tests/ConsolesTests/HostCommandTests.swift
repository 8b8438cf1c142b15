// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Glibc
import Synchronization
import Testing

/// Programs that are run to their end.
@Suite(.timeLimit(.minutes(20)))
struct HostCommandTests {
  @Test("output, both kinds in order, and status")
  func output() async throws {
    let lines = Mutex<[ConsoleLine]>([])
    let output = try await HostCommand.run(
      ["/bin/sh", "-c", "echo one; echo two >&2; printf 'three\\r\\nrest'; exit 3"]
    ) { line in lines.withLock { $0.append(line) } }
    #expect(output.status == .exited(3))
    #expect(output.text == "one\ntwo\nthree\r\nrest")
    #expect(output.dropped == 0)
    #expect(lines.withLock { $0.map(\.text) } == ["one", "two", "three", "rest"])
    #expect(lines.withLock { $0.map(\.isEnded) } == [true, true, true, false])
  }

  @Test("standard input is empty, and there is no controlling terminal")
  func input() async throws {
    let output = try await HostCommand.run(["/bin/sh", "-c", "cat; (: </dev/tty) 2>/dev/null || echo none"])
    #expect(output.text == "none\n")
  }

  @Test("long output keeps its end")
  func bounded() async throws {
    let output = try await HostCommand.run(
      ["/bin/sh", "-c", "yes 0123456 | head -c 400000; printf END"],
      outputLimit: 1000
    )
    #expect(output.bytes.count == 1000)
    #expect(output.dropped == 399_003)
    #expect(output.text.hasSuffix("0123456\nEND"))
  }

  @Test("what a command leaves running does not hold it up, and lives on")
  func background() async throws {
    let output = try await HostCommand.run(["/bin/sh", "-c", "sleep 1000 & echo $!"])
    let pid = try #require(Int32(output.text.dropLast()))
    #expect(output.status == .exited(0))
    #expect(kill(pid, SIGKILL) == 0)
  }

  @Test("cancelling ends the whole session")
  func cancel() async throws {
    let (pids, told) = AsyncStream.makeStream(of: Int32.self)
    let running = Task {
      try await HostCommand.run([
        "/bin/sh", "-c", "trap '' TERM; sleep 1000 & echo $!; wait; while :; do sleep 1000; done",
      ]) {
        if let pid = Int32($0.text) { told.yield(pid) }
      }
    }
    var iterator = pids.makeAsyncIterator()
    let pid = try #require(await iterator.next())
    running.cancel()
    let failure = await #expect(throws: Failure.self) { try await running.value }
    #expect(failure?.kind == .canceled)
    #expect(isGone(pid))
  }

  @Test("a command that is not there is a clear failure")
  func missing() async {
    let failure = await #expect(throws: Failure.self) { try await HostCommand.run(["/usr/bin/pumice-no-such-program"]) }
    #expect(failure?.code == "program-missing")
    #expect(failure?.message == "there is no program '/usr/bin/pumice-no-such-program'")
    #expect(await #expect(throws: Failure.self) { try await HostCommand.run(["a\0b"]) }?.code == "command-with-null")
  }

  @Test("a command that a signal ends says so")
  func signaled() async throws {
    let output = try await HostCommand.run(["/bin/sh", "-c", "kill -SEGV $$"])
    #expect(output.status == .signaled(SIGSEGV))
    #expect("\(output.status)" == "was ended by signal 11 (Segmentation fault)")
  }
}
