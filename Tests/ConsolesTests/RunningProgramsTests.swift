// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Glibc
import Patterns
import Testing

/// The end of everything that a process has started. In a process of its own: afterwards nothing can be started in there.
@Suite(.timeLimit(.minutes(20)))
struct RunningProgramsTests {
  @Test("every program is killed, and none is started after that")
  func kill() async {
    await #expect(processExitsWith: .exitCode(7)) { () async throws in
      let stubborn = "trap '' HUP TERM INT; echo \"pid $$ ready\"; while :; do sleep 1000; done"
      let console = try await Console.spawn(.shell(stubborn))
      let match = try await console.expect(PatternSet([#"pid (?P<pid>\d+) ready"#]))
      let pid = try #require(match.text(of: "pid").flatMap(Int32.init))
      let (lines, continuation) = AsyncStream.makeStream(of: String.self)
      let command = Task { () async throws(Failure) in
        try await HostCommand.run(["/bin/sh", "-c", stubborn]) { continuation.yield($0.text) }
      }
      var seen = lines.makeAsyncIterator()
      let second = try #require(await seen.next()?.split(separator: " ").dropFirst().first.flatMap { Int32($0) })

      RunningPrograms.kill(within: .seconds(60))
      #expect(isGone(pid))
      #expect(isGone(second))
      #expect(try await command.value.status == .signaled(SIGKILL))
      let refusal = await #expect(throws: Failure.self) { try await HostCommand.run(["/bin/true"]) }
      #expect(refusal?.kind == .canceled)
      exit(7)
    }
  }

  @Test("there is nothing to wait for where nothing runs")
  func nothingRuns() async {
    await #expect(processExitsWith: .exitCode(7)) { () async throws in
      let output = try await HostCommand.run(["/bin/true"])
      #expect(output.status == .exited(0))
      RunningPrograms.kill(within: .seconds(3600))
      exit(7)
    }
  }
}
