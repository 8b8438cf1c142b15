// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Files
import Reports
import Testing
import YAMLDocument

@Suite struct ResultTests {
  private let collector = ResultCollector()

  init() { ExampleJob.tell(collector) }

  @Test func aLaterTryReplacesWhatTheEarlierSaid() {
    let superseded = collector.results.filter(\.isSuperseded).map(\.record.testCase)
    // What it reported, and its own failure.
    #expect(superseded == ["early", "lava-test-shell"])
  }

  @Test func theLastLinesStandWithWhatDidNotPass() throws {
    let ping = try #require(collector.results.first { $0.record.testCase == "ping" })
    // Twenty, without the signal.
    #expect(ping.lastLines.count == 20)
    #expect(ping.lastLines.first == "line 6")
    #expect(ping.lastLines.last == "a \u{1B}[31mred\u{1B}[0m & <bell>\u{7}")
    let speed = try #require(collector.results.first { $0.record.testCase == "speed" })
    #expect(speed.lastLines.isEmpty)
  }

  /// What a board prints is logged ahead of its signals: the lines of other cases and runs must not stand with a result.
  @Test func onlyTheLinesOfTheResultItself() {
    let collector = ResultCollector()
    let log = EventLog(sinks: [collector], now: { 0 })
    for line in [
      "<LAVA_SIGNAL_STARTRUN 0_a 1_1>", "boot noise", "<LAVA_SIGNAL_STARTTC one> #1.00000000", "own line",
      "<LAVA_SIGNAL_ENDTC one> #2.00000000", "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=one RESULT=fail> #3.00000000",
      "last words of 0_a", "<LAVA_SIGNAL_STARTRUN 1_b 1_2>", "of the next run",
    ] { log.log(.target, line) }
    log.emit(.result(ResultRecord(.testCase, definition: "0_a", case: "one", result: .fail)))
    log.emit(.result(ResultRecord(.unfinishedRun, case: "0_a", result: .fail)))
    #expect(collector.results.map(\.lastLines) == [["own line"], ["boot noise", "own line", "last words of 0_a"]])
  }

  @Test func aFloodOfLinesIsBounded() {
    let flood = ResultCollector()
    let log = EventLog(sinks: [flood], now: { 0 })
    for number in 0..<10_000 { log.log(.target, "\(number) " + String(repeating: "x", count: 2000)) }
    log.emit(.result(ResultRecord(.testCase, definition: "0_a", case: "c", result: .fail)))
    let lines = flood.results[0].lastLines
    #expect(lines.count == 20)
    #expect(lines.last?.hasPrefix("9999 x") == true)
    #expect(lines.allSatisfy { $0.count == 400 })
  }

  @Test func counts() {
    let counts = ResultCounts(collector.results)
    // `early` is replaced: it does not count.
    #expect(counts.passed == 1 && counts.failed == 1 && counts.skipped == 1 && counts.unknown == 0)
    #expect(counts.unfinished == 1 && counts.failedActions == 0)
    #expect(!counts.isClean)
  }

  /// Results of tests without a test shell.
  @Test func countsOfMonitorsAndSessions() {
    let collector = ResultCollector()
    let log = EventLog(sinks: [collector], now: { 0 })
    log.emit(.result(ResultRecord(.monitored, definition: "m", case: "a", result: .pass)))
    log.emit(.result(ResultRecord(.command, definition: "0_s", case: "b", result: .fail)))
    log.emit(.result(ResultRecord(.session, case: "0_s", result: .pass)))
    let whole = ResultCounts(collector.results)
    #expect(whole.passed == 1 && whole.failed == 1 && whole.unfinished == 0)
    log.emit(.result(ResultRecord(.session, case: "0_t", result: .fail)))
    log.emit(.result(ResultRecord(.unfinishedRun, case: "m", result: .fail)))
    let broken = ResultCounts(collector.results)
    #expect(broken.passed == 1 && broken.failed == 1 && broken.unfinished == 2)
    let report = JUnitReport(JobSummary(id: "1", name: "j"), collector).text
    #expect(report.contains("<failure message=\"b failed\" type=\"fail\"/>"))
    #expect(report.contains("<error message=\"0_t did not come to its end\" type=\"fail\"/>"))
  }

  /// Exit codes of the design.
  @Test(
    arguments: [
      (nil, false, ExitCode.success),
      (Failure(.job, "x", ""), true, .invalid), (Failure(.configuration, "x", ""), true, .invalid),
      (Failure(.infrastructure, "x", ""), true, .infrastructure),
      (Failure(.infrastructure, "x", ""), false, .infrastructure),
      (Failure(.connectionClosed, "x", ""), false, .infrastructure),
      (Failure(.configuration, "x", ""), false, .infrastructure), (Failure(.job, "x", ""), false, .jobError),
      (Failure(.multinodeTimeout, "x", ""), false, .jobError), (Failure(.canceled, "x", ""), false, .canceled),
      (Failure(.bug, "x", ""), false, .bug), (Failure(.test, "x", ""), false, .testsFailed),
      (Failure(.test, "job-timeout", ""), false, .jobError),
    ] as [(Failure?, Bool, ExitCode)]
  )
  func exitCodes(_ failure: Failure?, _ isInvalid: Bool, _ code: ExitCode) {
    #expect(ExitCode(JobOutcome(failure: failure, isInvalid: isInvalid), ResultCounts([])) == code)
  }

  @Test(
    arguments: [
      (Verdict.pass, nil, ExitCode.success), (.skip, nil, .success), (.fail, nil, .testsFailed),
      (.unknown, nil, .testsFailed), (.pass, .unverified, .success), (.pass, .recovered, .success),
    ] as [(Verdict, Integrity?, ExitCode)]
  )
  func verdictsDecideTheExitCode(_ verdict: Verdict, _ integrity: Integrity?, _ code: ExitCode) {
    let collector = ResultCollector()
    var record = ResultRecord(.testCase, definition: "0_a", case: "c", result: verdict)
    record.integrity = integrity
    collector.receive(Event(time: 0, kind: .result(record)), index: 0)
    #expect(ExitCode(JobOutcome(), ResultCounts(collector.results)) == code)
  }

  /// Nobody can say that a test passed whose signals are lost; what was forged says nothing about it.
  @Test(arguments: [(0, 0, ExitCode.success), (1, 0, .testsFailed), (0, 3, .success)])
  func lostSignalsDecideTheExitCode(_ lost: Int, _ forged: Int, _ code: ExitCode) {
    let collector = ResultCollector()
    let log = EventLog(sinks: [collector], now: { 0 })
    log.emit(.result(ResultRecord(.testCase, definition: "0_a", case: "c", result: .pass)))
    var signals = SignalRecord(namespace: "common", level: "3.1")
    signals.lost = lost == 0 ? [] : [7...9]
    signals.forgedCount = forged
    log.emit(.signals(signals))
    #expect(ResultCounts(collector).lost == lost * 3)
    #expect(ExitCode(JobOutcome(), ResultCounts(collector)) == code)
    // Another try of the test.
    let start = ActionStart(level: "3", name: "lava-test-retry", timeout: .zero, namespace: "common", supersedes: true)
    log.emit(.actionStarted(start))
    #expect(collector.signals.map(\.isSuperseded) == [true])
    #expect(ResultCounts(collector).lost == 0)
  }

  @Test func signalsAsData() {
    let collector = ResultCollector()
    let log = EventLog(sinks: [collector], now: { 0 })
    var signals = SignalRecord(namespace: "common", level: "3.1")
    signals.counts = [.verified: 997, .recovered: 2, .repaired: 1]
    signals.lost = [17...17, 23...25]
    signals.forged = ["<LAVA_TEST_RUNNER EXIT>"]
    signals.forgedCount = 1
    log.emit(.signals(signals))
    let yaml = ResultsDocument(JobSummary(id: "7", name: "n"), collector).yaml
    #expect(
      yaml.hasSuffix(
        """
        signals:
        - level: '3.1'
          namespace: common
          verified: 997
          repaired: 1
          recovered: 2
          unverified: 0
          lost:
          - '17'
          - 23-25
          forged:
          - <LAVA_TEST_RUNNER EXIT>

        """
      )
    )
    #expect(
      signals.text
        == "Signals of the board: 997 verified, 1 repaired, 2 recovered, 4 lost (17, 23-25), 1 forged"
    )
    #expect(signals.logLevel == .warning)
  }

  @Test func resultsAsJSON() {
    let job = ResultCollector()
    let log = EventLog(sinks: [job], now: { 1_000_000_000 })
    var record = ResultRecord(.testCase, definition: "0_a", case: "c", result: .pass)
    record.measurement = 4.5
    record.units = "MB/s"
    record.set = "s"
    record.integrity = .repaired
    log.emit(.result(record))
    var end = ResultRecord(.job, case: "job", result: .fail)
    end.errorMessage = "no"
    end.errorType = "Test"
    log.emit(.result(end))
    let document = ResultsDocument(JobSummary(id: "7", name: "n"), job)
    #expect(
      document.json == """
        {
          "job": {
            "id": "7",
            "name": "n",
            "result": "fail",
            "error_type": "Test",
            "error_msg": "no",
            "started": "1970-01-01T00:00:01+00:00",
            "duration": 0.0
          },
          "results": [
            {
              "suite": "0_a",
              "case": "c",
              "set": "s",
              "result": "pass",
              "measurement": 4.5,
              "units": "MB/s",
              "integrity": "repaired",
              "log_line": 0
            },
            {
              "suite": "lava",
              "case": "job",
              "result": "fail",
              "error_msg": "no",
              "error_type": "Test",
              "log_line": 1
            }
          ]
        }

        """
    )
    #expect(
      document.yaml == """
        job:
          id: '7'
          name: n
          result: fail
          error_type: Test
          error_msg: 'no'
          started: '1970-01-01T00:00:01+00:00'
          duration: 0.0
        results:
        - suite: 0_a
          case: c
          set: s
          result: pass
          measurement: 4.5
          units: MB/s
          integrity: repaired
          log_line: 0
        - suite: lava
          case: job
          result: fail
          error_msg: 'no'
          error_type: Test
          log_line: 1

        """
    )
  }

  @Test func aJobThatWasKilledHasNoVerdict() {
    let document = ResultsDocument(JobSummary(id: "7", name: "n"), ResultCollector())
    #expect(document.yaml == "job:\n  id: '7'\n  name: n\n  result: unknown\nresults: []\n")
  }

  @Test func theFolderOfAJob() throws {
    let folder = try TestFolder()
    let reports = try ReportFolder(folder.path("deep/out"))
    let logs = try reports.openLogs()
    let collector = ResultCollector()
    EventLog(sinks: logs + [collector], now: { 0 }).log(.info, "one")
    try reports.write(ExampleJob.summary, collector)
    let names = try FileSystem.entries(of: reports.path)
    // The console's log is made by whoever reads the console.
    #expect(Set(names) == Set(ReportFolder.fileNames).subtracting(["console.log"]))
  }
}
