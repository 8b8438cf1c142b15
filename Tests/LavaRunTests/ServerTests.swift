// SPDX-License-Identifier: Apache-2.0

import Glibc
import HostTools
import Testing
import YAMLDocument

extension ProgramTests {
  /// The log goes to a server that speaks HTTP: `lava-server.py`.
  @Suite(.enabled(if: isInstalled("python3"), "there is no python3"))
  struct ServerTests {
    private static let hanging = """
      - printf 'now-%s\\n' hanging
      - sleep 86400
      """

    @Test func everyLineOnceWhateverHappens() async throws {
      let server = try await LogServerProcess("first:3", "status:500", "lost", "slow:1")
      let job = LavaRunJob(server: server.url)
      let ending = try await job.ending()
      #expect(ending.status == 0)
      let log = job.text(of: "logs.yaml")
      #expect(server.lines == log)
      #expect(Array(server.answers.prefix(4)) == ["200", "500", "lost", "200"])
      // Nothing but what went wrong, in LAVA's words.
      let errors = ending.errorText.split(separator: "\n").map { String($0.drop { $0 != " " }.dropFirst()) }
      #expect(errors.count == 2)
      #expect(errors.first == #"ERROR [LOGGER] POST: 500 - {"error": "not now"}"#)
      #expect(errors.last?.hasPrefix("EXCEPTION [LOGGER] POST: ") == true)
      let count = log.split(separator: "\n").count
      #expect(ending.outputText.hasSuffix(" INFO [LOGGER] POST: total records sent: \(count)\n"))
    }

    /// A server, or something between, that does not keep to HTTP or to LAVA's answers.
    @Test func aServerThatTalksNonsense() async throws {
      let server = try await LogServerProcess("garbage", "half", "endless", "more:77")
      let job = LavaRunJob(server: server.url)
      let ending = try await job.ending()
      #expect(ending.status == 0)
      #expect(server.lines == job.text(of: "logs.yaml"))
      #expect(Array(server.answers.prefix(4)) == ["garbage", "half", "endless", "200"])
      // Each is told, and nothing else.
      let errors = ending.errorText.split(separator: "\n")
      #expect(errors.count == 3, "\(ending.errorText)")
      #expect(errors.allSatisfy { $0.contains(" EXCEPTION [LOGGER] POST: ") })
    }

    /// A board that prints lines of megabytes, and bytes that are no text: every line of the log is one that LAVA's server
    /// can read (spec results-and-log §1).
    @Test func aBoardThatPrintsAnything() async throws {
      let server = try await LogServerProcess()
      let steps = #"""
        - "head -c 5000000 /dev/zero | tr '\\0' x; echo"
        - "awk 'BEGIN { for (i = 0; i < 256; i++) printf \"%c\", i; print \"\" }' | LC_ALL=C tr -d '\\n'; echo"
        - "printf '\\200\\201 \\342\\200\\250 \\302\\205 \\033[2J \\360\\237\\230\\200 \\r \\f \\v end\\n'"
        - lava-test-case after --result pass
        """#
      let job = LavaRunJob(.steps(steps), server: server.url)
      #expect(try await job.ending().status == 0)
      let log = job.text(of: "logs.yaml")
      #expect(server.lines == log)
      let lines = log.utf8.split(separator: UInt8(ascii: "\n"))
      // Printable ASCII: no other kind of line break either.
      #expect(lines.allSatisfy { line in line.allSatisfy { (0x20...0x7E).contains($0) } })
      #expect(lines.allSatisfy { $0.count < 100_000 + 2 })
      #expect(try job.results.contains { $0["case"] == "after" && $0["result"] == "pass" })
      let printed = try job.log.filter { $0["lvl"] == "target" }.compactMap { $0["msg"]?.string }
      // The command that prints them has one.
      #expect(printed.joined().count { $0 == "x" } >= 5_000_000)
    }

    @Test func aServerThatTakesLittleAtOnce() async throws {
      let server = try await LogServerProcess("limit:7")
      let job = LavaRunJob(server: server.url)
      #expect(try await job.ending().status == 0)
      #expect(server.lines == job.text(of: "logs.yaml"))
      #expect(server.answers.first == "413")
    }

    @Test func aServerThatComesLate() async throws {
      let first = try await LogServerProcess()
      try await first.stop()
      let job = LavaRunJob(server: first.url)
      try await job.waitFor("EXCEPTION [LOGGER] POST: ")
      let server = try await LogServerProcess(port: first.port)
      #expect(try await job.ending().status == 0)
      #expect(server.lines == job.text(of: "logs.yaml"))
    }

    @Test func aJobThatTheServerHasDeleted() async throws {
      let server = try await LogServerProcess("first:2", "deleted")
      let job = LavaRunJob(.steps(Self.hanging), server: server.url)
      let ending = try await job.ending()
      #expect(ending.status == 1)
      let result = try job.value(of: "result.yaml")
      #expect(result["error_msg"] == "The job was deleted on the lava-server")
      #expect(result["error_type"] == "Canceled")
      // What the server does not have is said.
      #expect(ending.errorText.contains("the server has 2 lines"))
    }

    @Test func aSignalEndsAnUploadThatDoesNotEnd() async throws {
      let server = try await LogServerProcess("status:503", "status:503", "status:503", "status:503")
      let job = LavaRunJob(.text("job_name: wrong\n"), server: server.url)
      try await job.waitFor("ERROR [LOGGER] POST: 503")
      job.process.signal(SIGTERM)
      let ending = try await job.ending()
      #expect(ending.status == 1)
      #expect(
        ending.errorText.contains("Job log upload process terminated due to timeout; logs may be incomplete.\n")
      )
      #expect(try job.value(of: "result.yaml")["error_type"] == "Job")
    }

    /// Every user of the host can read a process's arguments.
    @Test func theTokenIsNotInTheProcessTable() async throws {
      let server = try await LogServerProcess("status:500")
      let steps = "- echo \(LavaRunJob.token)\n" + Self.hanging
      let job = LavaRunJob(.steps(steps), server: server.url)
      // It comes after the title.
      try await job.waitFor("ERROR [LOGGER] POST: 500")
      #expect(run(["ps", "-p", "\(job.process.pid)", "-ww", "-o", "args="]).output.hasPrefix("lava-run [job: 4242]"))
      for command in job.watch.living.map(\.command) { #expect(!command.contains(LavaRunJob.token)) }
      let arguments = String(decoding: bytes(of: "/proc/\(job.process.pid)/cmdline"), as: UTF8.self)
      // The worker looks for this word (spec results-and-log §6).
      #expect(arguments.contains("lava-run"))
      #expect(!arguments.contains(LavaRunJob.token))
      #expect(!arguments.contains("PUMICE_TEST_MARK"))
      job.process.signal(SIGTERM)
      #expect(try await job.ending().status == 1)
      // Nor in anything that it leaves.
      for name in ["logs.yaml", "result.yaml", "description.yaml"] {
        #expect(!job.text(of: name).contains(LavaRunJob.token))
      }
    }
  }
}
