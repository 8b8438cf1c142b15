// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Glibc
import Patterns
import Testing

/// Programs that do not want to end.
@Suite(.timeLimit(.minutes(20)))
struct TeardownTests {
  /// Short waits: these programs ignore what comes before the kill anyway.
  private static let ladder = TeardownLadder([
    .signal(SIGHUP, wait: .milliseconds(20)), .signal(SIGTERM, wait: .milliseconds(20)),
  ])

  @Test("a program that ignores HUP and TERM is killed")
  func stubborn() async throws {
    let console = try await Console.spawn(.shell("trap '' HUP TERM INT; printf ready; while :; do sleep 1000; done"))
    _ = try await console.expect(PatternSet(["ready"]))
    #expect(await console.close(Self.ladder) == .signaled(SIGKILL))
  }

  @Test("a program that ends when asked is not signalled")
  func asked() async throws {
    let console = try await Console.spawn(
      .shell("printf ready; read line; test \"$line\" = quit && exit 4; read forever")
    )
    _ = try await console.expect(PatternSet(["ready"]))
    #expect(await console.close(.asking("quit\n", wait: .seconds(60))) == .exited(4))
  }

  @Test("a program can tidy up when it is told to end")
  func tidy() async throws {
    let path = "/tmp/pumice-teardown-\(getpid()).log"
    defer { unlink(path) }
    let log = try ConsoleLog(path: path)
    let console = try await Console.spawn(.shell("trap 'echo bye; exit 5' TERM; printf ready; read forever"), log: log)
    _ = try await console.expect(PatternSet(["ready"]))
    #expect(await console.close(TeardownLadder([.signal(SIGTERM, wait: .seconds(60))])) == .exited(5))
    #expect(try contents(of: path) == Array("readybye\r\n".utf8))
  }

  @Test("a stopped program ends too")
  func stopped() async throws {
    let console = try await Console.spawn(.shell("printf ready; kill -STOP $$; read forever"))
    _ = try await console.expect(PatternSet(["ready"]))
    #expect(await console.close(TeardownLadder([.signal(SIGTERM, wait: .seconds(60))])) == .signaled(SIGTERM))
  }

  @Test("nothing of the session is left, in whatever group it is, and whether or not the program itself has ended")
  func grandchildren() async throws {
    // set -m gives the background job a group of its own; it holds the terminal and ignores everything.
    let script = """
      set -m; (trap '' HUP TERM; echo "job $(exec sh -c 'echo $PPID') ready"; while :; do sleep 1000; done) & read forever
      """
    for mustEnd in [false, true] {
      let console = try await Console.spawn(.shell(script))
      let match = try await console.expect(PatternSet([#"job (?P<pid>\d+) ready"#]))
      let pid = try #require(match.text(of: "pid").flatMap(Int32.init))
      #expect(kill(pid, 0) == 0)
      if mustEnd {
        try await console.sendLine("")
        // The job holds the terminal open, but the program has ended: so has the stream.
        while case .bytes = try await console.read() {}
      }
      await console.close(Self.ladder)
      #expect(isGone(pid))
    }
  }

  @Test("a console that is let go ends its program")
  func letGo() async throws {
    let pid = try await { () async throws -> pid_t in
      let console = try await Console.spawn(.shell("echo \"pid $$ ready\"; read forever"))
      let match = try await console.expect(PatternSet([#"pid (?P<pid>\d+) ready"#]))
      return try #require(match.text(of: "pid").flatMap(Int32.init))
    }()
    while !isGone(pid) { await Task.yield() }
  }

  @Test("a second close makes haste")
  func haste() async throws {
    let console = try await Console.spawn(.shell("trap '' HUP; printf ready; while :; do sleep 1000; done"))
    _ = try await console.expect(PatternSet(["ready"]))
    async let slow = console.close(TeardownLadder([.signal(SIGHUP, wait: .seconds(3600))]))
    #expect(await console.close(.immediate) == .signaled(SIGKILL))
    #expect(await slow == .signaled(SIGKILL))
  }
}

/// Whether a process is no more, or a zombie whose new parent has yet to notice.
func isGone(_ pid: pid_t) -> Bool {
  guard let bytes = try? contents(of: "/proc/\(pid)/stat") else { return true }
  return String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.hasPrefix(" Z") == true
}

func contents(of path: String) throws -> [UInt8] {
  let file = open(path, O_RDONLY)
  guard file >= 0 else { throw Failure(.test, "unreadable", path) }
  defer { close(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(file, &buffer, buffer.count)
    guard count > 0 else { return bytes }
    bytes += buffer[..<count]
  }
}
