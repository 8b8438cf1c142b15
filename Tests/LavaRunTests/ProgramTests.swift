// SPDX-License-Identifier: Apache-2.0

import Glibc
import HostTools
import Testing
import YAMLDocument

/// The program as LAVA's worker starts it. One after the other: the machine is small.
@Suite(
  .serialized,
  .enabled(if: isInstalled(LavaRunJob.program), "lava-run is not built: swift build, or name one by $LAVA_RUN"),
  .enabled(
    if: run(["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "true"]).status == 0,
    "this kernel gives us no namespaces"
  )
)
struct ProgramTests {
  /// A test that never ends by itself, and says so.
  private static let hanging = """
    - printf 'now-%s\\n' hanging
    - sleep 86400
    """

  @Test func aJobWithoutAServer() async throws {
    let job = LavaRunJob()
    let ending = try await job.ending()
    #expect(ending.status == 0)
    // Spec results-and-log §1: the lines of the log go to standard error, without what makes a list of them.
    #expect(job.text(of: "logs.yaml") == ending.errorText.split(separator: "\n").map { "- \($0)\n" }.joined())
    #expect(ending.outputText == "")
    #expect(try job.value(of: "result.yaml") == ["definition": "lava", "case": "job", "result": "pass"])
    let log = try job.log
    #expect(log.contains { $0["msg"] == "start: 0 validate" })
    #expect(log.last?["msg"] == ["definition": "lava", "case": "job", "result": "pass"])
    let cases = try job.results.filter { $0["definition"] == "0_smoke" }.compactMap { $0["case"]?.string }
    #expect(cases == ["kernel", "bash", "is-root", "lines", "write", "read", "remove", "kvm"])
    let pipeline = try #require(try job.value(of: "description.yaml")["pipeline"]?.sequence)
    #expect(pipeline.map { $0["name"] } == ["lava-overlay", "minimal-boot", "lava-test-retry", "finalize"])
    #expect(pipeline.map { $0["level"] } == ["1", "2", "3", "4"])
    // The worker waits that long for a job that it has canceled; finalize gets the job's action timeout, 2 minutes.
    #expect(pipeline.last?["timeout"] == 120)
  }

  @Test func onlyValidation() async throws {
    let job = LavaRunJob(.example, "--validate")
    #expect(try await job.ending().status == 0)
    #expect(try job.results.map { $0["case"] } == ["validate", "job"])
    #expect(try job.value(of: "result.yaml")["result"] == "pass")
  }

  @Test func aJobThatIsWrong() async throws {
    let job = LavaRunJob(.text("job_name: wrong\ntimeouts: {job: {minutes: 1}}\nactions: [{deploy: {to: tmpsf}}]\n"))
    #expect(try await job.ending().status == 1)
    let result = try job.value(of: "result.yaml")
    #expect(result["result"] == "fail")
    #expect(result["error_type"] == "Job")
    let errors = try job.log.filter { $0["lvl"] == "error" }.compactMap { $0["msg"]?.string }
    #expect(errors.contains { $0.contains("job.yaml:3:") && $0.contains("tmpsf") })
    #expect(try job.results.map { $0["result"] } == ["fail", "fail"])
  }

  /// A server expects LAVA's own rules: a definition that dies does not fail the job (spec signals §4).
  @Test func aDefinitionThatDies() async throws {
    let job = LavaRunJob(.steps("- lava-test-case before --result pass\n- exit 3"))
    #expect(try await job.ending().status == 0)
    #expect(try job.value(of: "result.yaml")["result"] == "pass")
    let results = try job.results.filter { $0["case"] == "before" || $0["case"] == "0_work" }
    #expect(results.map { $0["result"] } == ["pass", "fail"])
    #expect(!job.text(of: "logs.yaml").contains("does not pass"))
  }

  @Test func whatTheWorkerSaysComesToTheBoard() async throws {
    let steps = """
      - lava-test-case prefix --shell 'test "$LAVA_DISPATCHER_PREFIX" = lab-'
      - lava-test-case cache --shell 'test "$HTTP_CACHE" = "http://cache/?u=%s"'
      - lava-test-case plain --shell 'grep -x "export PLAIN=.hello." /root/.bashrc'
      - lava-test-case quoted --shell 'test "$(. /root/.bashrc; echo "$QUOTED")" = "it'"'"'s \\$HOME"'
      - lava-test-case secrets --shell 'grep -x PLAIN=hello /lava-4242/secrets'
      - cat /lava-4242/secrets
      """
    let job = LavaRunJob(
      .steps(steps),
      dispatcher: "prefix: lab-\nhttp_url_format_string: http://cache/?u=%s\n",
      environment: "purge: true\noverrides: {PLAIN: hello, QUOTED: \"it's $HOME\"}\n"
    )
    #expect(try await job.ending().status == 0)
    let results = try job.results.filter { $0["definition"] == "0_work" }
    #expect(
      results.map { "\($0["case"]?.string ?? "") \($0["result"]?.string ?? "")" } == [
        "prefix pass", "cache pass", "plain pass", "quoted pass", "secrets pass",
      ]
    )
    // The job's secrets are hidden.
    let text = job.text(of: "logs.yaml")
    #expect(text.contains("PASSWORD=[MASKED]"))
    #expect(!text.contains("hunter2-secret"))
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR2])
  func aSignalCancelsTheJob(_ number: Int32) async throws {
    let job = LavaRunJob(.steps(Self.hanging))
    try await job.waitFor("now-hanging")
    job.process.signal(number)
    #expect(try await job.ending().status == 1)
    #expect(
      try job.value(of: "result.yaml") == [
        "definition": "lava", "case": "job", "result": "fail", "error_msg": "The job was canceled",
        "error_type": "Canceled",
      ]
    )
    // The board was switched off all the same.
    #expect(try job.results.contains { $0["case"] == "power-off" && $0["result"] == "pass" })
  }

  /// A terminal that goes away sends HUP more than once: the board is switched off all the same.
  @Test func aSecondSignalThatDoesNotInsist() async throws {
    let job = LavaRunJob(.steps(Self.hanging), powerOff: "sh -c 'echo going-$((1 + 1)); sleep 2'")
    try await job.waitFor("now-hanging")
    job.process.signal(SIGTERM)
    try await job.waitFor("Calling: ")
    job.process.signal(SIGHUP)
    #expect(try await job.ending().status == 1)
    #expect(try job.log.contains { $0["msg"] == "The job was canceled again (too long to cancel)" })
    #expect(try job.value(of: "result.yaml")["error_type"] == "Canceled")
    #expect(try job.results.contains { $0["case"] == "power-off" && $0["result"] == "pass" })
  }

  /// Who sends TERM twice does not wait for a power-off that never ends: not even for one that ignores signals, and
  /// whose own processes do. The supervisor begins it again.
  @Test(arguments: [(SIGTERM, SIGTERM), (SIGINT, SIGTERM), (SIGTERM, SIGQUIT)])
  func aSecondSignalEndsTheProgram(_ first: Int32, _ second: Int32) async throws {
    let folder = TemporaryFolder()
    let switched = folder.file("switched")
    let job = LavaRunJob(
      .steps(Self.hanging),
      powerOff: "sh -c 'test ! -e \(switched) || { echo off > \(switched); exit; }; : > \(switched); "
        + "trap : HUP INT TERM; (trap : TERM; sleep 86399) & sleep 86400; sleep 86400'"
    )
    try await job.waitFor("now-hanging")
    job.process.signal(first)
    try #require(await FileWatch.waitFor("", in: switched, limit: LavaRunJob.limit))
    job.process.signal(second)
    // Nothing is left of it, and of nothing that it had started.
    #expect(try await job.ending(limit: 600, supervisorLimit: 60).status == 1)
    #expect(bytes(of: switched) == Array("off\n".utf8))
    let log = try job.log
    #expect(log.contains { $0["msg"] == "The job was canceled again (too long to cancel)" })
    #expect(!log.contains { $0["msg"]?.string?.hasPrefix("power-off timed out") == true })
    #expect(
      try job.value(of: "result.yaml") == [
        "definition": "lava", "case": "job", "result": "fail",
        "error_msg": "The job was canceled again (too long to cancel)", "error_type": "Canceled",
      ]
    )
    #expect(try job.value(of: "description.yaml")["pipeline"]?.sequence?.last?["name"] == "finalize")
  }

  /// A worker that kills the program leaves the board switched off.
  @Test func killedInATest() async throws {
    let folder = TemporaryFolder()
    let job = LavaRunJob(.steps(Self.hanging), powerOff: "sh -c 'echo off >> \(folder.file("switched"))'")
    try await job.waitFor("now-hanging")
    job.process.signal(SIGKILL)
    #expect(try await job.ending(limit: 60, supervisorLimit: 60).status == 128 + SIGKILL)
    #expect(bytes(of: folder.file("switched")) == Array("off\n".utf8))
    #expect(job.text(of: "supervisor.log").contains(" power-off: "))
  }

  @Test func userSignalOneSaysThatTheJobWasDeleted() async throws {
    let job = LavaRunJob(.steps(Self.hanging))
    try await job.waitFor("now-hanging")
    job.process.signal(SIGUSR1)
    #expect(try await job.ending().status == 1)
    let result = try job.value(of: "result.yaml")
    #expect(result["error_msg"] == "The job was deleted on the lava-server")
    #expect(result["error_type"] == "Canceled")
  }

  @Test(arguments: [["--help"], ["--job-id=1"], ["--no-such-option"], []])
  func usage(_ arguments: [String]) async throws {
    let process = HostProcess([LavaRunJob.program] + arguments)
    let ending = try #require(await process.ending(limit: LavaRunJob.limit))
    // As Python's argparse does.
    #expect(ending.status == (arguments == ["--help"] ? 0 : 2))
    #expect(ending.errorText.isEmpty == (arguments == ["--help"]))
  }
}
