// SPDX-License-Identifier: Apache-2.0

import CPosix
import Glibc
import HostTools
import Testing

@testable import Supervision

/// Ending what somebody else has left running, and nothing else.
@Suite(.timeLimit(.minutes(2)))
struct OrphanSessionTests {
  /// A shell with two children, of which one does not mind being asked to end.
  private static let family = "trap '' TERM; sleep 86397 & trap - TERM; sleep 86397 & echo ready >&2; wait"

  private func start() async throws -> (process: HostProcess, watch: ProcessWatch) {
    let watch = ProcessWatch()
    let process = HostProcess(["/bin/sh", "-c", Self.family], environment: watch.environment)
    try #require(await process.waitForErrors("ready", limit: 60))
    return (process, watch)
  }

  @Test func wholeSession() async throws {
    let (process, watch) = try await start()
    #expect(watch.living.count == 3)
    let session = OrphanSession(
      leader: process.pid,
      startTime: cposix_start_time(process.pid),
      death: OrphanSession.now
    )
    #expect(OrphanSession.end([session]) == [])
    // By which of the two signals is for who started the tests: what is ignored there is ignored here.
    #expect(try [128 + SIGTERM, 128 + SIGKILL].contains(#require(await process.ending(limit: 60)).status))
    #expect(watch.living.map(\.command) == [])
  }

  /// The leader was killed, as it is when its owner is; the others are older than that.
  @Test func sessionWithoutItsLeader() async throws {
    let (process, watch) = try await start()
    let startTime = cposix_start_time(process.pid)
    process.signal(SIGKILL)
    let waiting = Task { await process.ending(limit: 60) }
    let session = OrphanSession(leader: process.pid, startTime: startTime, death: OrphanSession.now)
    #expect(OrphanSession.end([session]) == [])
    #expect(await waiting.value?.status == 128 + SIGKILL)
    #expect(watch.living.map(\.command) == [])
  }

  /// A number that is another's by now: the process was started at another time.
  @Test func reusedNumber() async throws {
    let (process, watch) = try await start()
    let session = OrphanSession(
      leader: process.pid,
      startTime: cposix_start_time(process.pid) - 1,
      death: OrphanSession.now
    )
    #expect(OrphanSession.end([session]) == [])
    #expect(watch.living.count == 3)
    for member in watch.living { kill(member.pid, SIGKILL) }
    #expect(await process.ending(limit: 60)?.status == 128 + SIGKILL)
  }

  /// All that is there under the number was started after the owner's death, and its leader is gone.
  @Test func reusedNumberWithoutALeader() async throws {
    let (process, watch) = try await start()
    let death = cposix_start_time(process.pid) - 1
    process.signal(SIGKILL)
    for member in watch.living where member.pid == process.pid { kill(member.pid, SIGKILL) }
    // Its outputs are held by its children: only the process itself is waited for.
    var information = siginfo_t()
    waitid(P_PID, id_t(process.pid), &information, WEXITED | WNOWAIT)
    let children = watch.living
    #expect(children.count == 2)
    let session = OrphanSession(leader: process.pid, startTime: 1, death: death)
    #expect(OrphanSession.end([session]) == [])
    #expect(watch.living.count == 2)
    for member in children { kill(member.pid, SIGKILL) }
    #expect(await process.ending(limit: 60)?.status == 128 + SIGKILL)
  }

  @Test func nothingThere() {
    #expect(OrphanSession.end([OrphanSession(leader: 1 << 30, startTime: 5, death: 5)]) == [])
  }
}

/// Commands that a supervisor runs.
@Suite(.timeLimit(.minutes(2)))
struct AftermathTests {
  @Test(arguments: [
    (["true"], AftermathCommand.Outcome.succeeded), (["sh", "-c", "exit 3"], .failed(status: 3)),
    (["sh", "-c", "kill -KILL $$"], .killed(signal: SIGKILL)), (["no-such-program"], .notStarted(errno: ENOENT)),
    ([], .notStarted(errno: EINVAL)), (["echo", "a\u{0}b"], .notStarted(errno: EINVAL)),
    // More than a pipe holds.
    (["sh", "-c", "head -c 1000000 /dev/zero"], .succeeded),
    // The pipe is held for longer than the program runs.
    (["sh", "-c", "exec 3>&1; (sleep 2) & exit 0"], .succeeded),
  ])
  func outcomes(_ words: [String], _ outcome: AftermathCommand.Outcome) {
    #expect(AftermathCommand(words).run(seconds: 60) == outcome)
  }

  @Test func commandThatHangs() {
    #expect(AftermathCommand(["sh", "-c", "trap '' TERM; sleep 86396; sleep 86396"]).run(seconds: 1) == .late)
  }

  /// Commands are tried again, the last obligation first; then files go; and it is said.
  @Test func order() {
    let folder = TemporaryFolder()
    let (file, log) = (folder.file("said"), folder.file("log"))
    let flaky = "echo flaky >> '\(file)'; test -e '\(file).second' || { touch '\(file).second'; exit 7; }"
    mkdir(folder.file("gone"), 0o755)
    _ = folder.write("x", to: "gone/x")
    let obligations: [UInt32: Obligation] = [
      1: .removal(path: folder.file("gone")), 2: .commands(.init("first", [["sh", "-c", "echo one >> '\(file)'"]])),
      3: .commands(.init("second", [["false"], ["sh", "-c", flaky]], attempts: 2)),
    ]
    Aftermath(obligations, log: AftermathLog(path: log)).settle()
    #expect(String(decoding: bytes(of: file), as: UTF8.self) == "flaky\nflaky\none\n")
    #expect(access(folder.file("gone"), F_OK) != 0)
    let said = String(decoding: bytes(of: log), as: UTF8.self)
    #expect(said.contains(#"second: ["false"] failed with status 1"#))
    #expect(said.contains("second: given up after 2 tries"))
    #expect(said.split(separator: "\n").last?.hasSuffix(" done") == true)
  }
}
