// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Reports
import Synchronization
import Testing

/// What a person sees.
@Suite struct PersonTests {
  private final class Screen: Sendable {
    private let written = Mutex("")
    var text: String { written.withLock { $0 } }
    func write(_ text: String) { written.withLock { $0 += text } }
  }

  @Test(arguments: [
    ("plain\ttext", "plain\ttext"), ("\u{1B}[31;1mred\u{1B}[0m", "red"), ("\u{1B}]0;title\u{7}after", "after"),
    ("\u{1B}]0;title\u{1B}\\after", "after"), ("a\u{7}b\u{8}c\rd", "abcd"), ("\u{9B}31mred", "red"),
    ("\u{1B}(Bset", "set"), ("\u{1B}7saved", "saved"), ("\u{1B}Pdevice\u{1B}\\x", "x"), ("é ✓", "é ✓"),
    ("\u{1B}[12", ""), ("\u{1B}\u{1B}[1mx", "x"),
  ])
  func controlSequencesAreTakenOut(_ text: String, _ plain: String) {
    #expect(TerminalText.plain(text) == plain)
  }

  private func events(_ log: EventLog) {
    log.emit(
      .actionStarted(ActionStart(level: "3", name: "lava-test-retry", timeout: .seconds(60), namespace: "common"))
    )
    log.log(.target, "\u{1B}[31mhello")
    var record = ResultRecord(.testCase, definition: "0_a", case: "c\u{1B}[1m", result: .pass)
    record.measurement = 2
    record.units = "s"
    record.integrity = .repaired
    log.emit(.result(record))
    log.log(.exception, "no board")
    log.log(.exception, "no board")
    log.log(.error, "JobError: Your job cannot terminate cleanly.")
    log.emit(
      .actionEnded(
        ActionEnd(level: "3", name: "lava-test-retry", duration: .seconds(5), namespace: "common", failure: "no board")
      )
    )
  }

  @Test func plainLines() {
    let screen = Screen()
    let view = ProgressView(
      .init(isLive: false, style: TerminalStyle(isColoured: false), showsConsole: true),
      columns: { 80 },
      write: { screen.write($0) }
    )
    let clock = Counter()
    events(EventLog(sinks: [view], now: { clock.next() }))
    view.tick()
    view.finish()
    #expect(
      screen.text == """
        [00:00:00] 3 lava-test-retry (up to 00:01:00)
        hello
        pass    0_a/c  2.0 s  (repaired)
        error: no board
        [00:00:06] 3 lava-test-retry failed after 00:00:05

        """
    )
  }

  @Test func theLastLineOfALiveTerminal() {
    let screen = Screen()
    let view = ProgressView(
      .init(isLive: true, style: TerminalStyle(isColoured: false)),
      columns: { 40 },
      now: { 9_000_000_000 },
      write: { screen.write($0) }
    )
    let log = EventLog(sinks: [view], now: { 0 })
    log.emit(
      .actionStarted(ActionStart(level: "3", name: "lava-test-retry", timeout: .seconds(60), namespace: "common"))
    )
    view.tick()
    log.log(.target, "not shown, and no reason to write")
    log.log(.error, "trouble")
    view.finish()
    // At most 39 columns of 40.
    let erase = "\r\u{1B}[K"
    let status = "3 lava-test-retry 00:00:00 of 00:01:00 "
    #expect(
      screen.text
        == status + erase + "3 lava-test-retry 00:00:09 of 00:01:00 " + erase + "error: trouble\n" + status + erase
    )
  }

  @Test func howFarADownloadIs() {
    let screen = Screen()
    let view = ProgressView(
      .init(isLive: true, style: TerminalStyle(isColoured: false)),
      columns: { 80 },
      now: { 9_000_000_000 },
      write: { screen.write($0) }
    )
    let log = EventLog(sinks: [view], now: { 9_000_000_000 })
    for level in ["1.1.1", "1.2.1"] {
      let start = ActionStart(level: level, name: "http-download", timeout: .seconds(60), namespace: "common")
      log.emit(.actionStarted(start))
      if level == "1.2.1" { break }
      log.report(ActionProgress(level: level, done: 999))
      log.report(ActionProgress(level: level, done: 54_321, total: 120_500_000_000))
      log.report(ActionProgress(level: level, done: 60_250_000_000, total: 120_500_000_000))
      // Of an action that is not the one that is running.
      log.report(ActionProgress(level: "7", done: 1))
      log.emit(.actionEnded(ActionEnd(level: level, name: "http-download", duration: .zero, namespace: "common")))
    }
    let line = "1.1.1 http-download 00:00:00 of 00:01:00"
    #expect(
      screen.text.split(separator: "\r\u{1B}[K", omittingEmptySubsequences: false) == [
        "\(line) · job 00:00:00",
        "\(line) · 999 B · job 00:00:00",
        "\(line) · 0 % of 120.5 GB · job 00:00:00",
        "\(line) · 50 % of 120.5 GB · job 00:00:00",
        "1.2.1 http-download 00:00:00 of 00:01:00 · job 00:00:00",
      ]
    )
  }

  @Test func whatATerminalCan() {
    func terminal(_ variables: [String: String]) -> Terminal { Terminal(descriptor: 0, variable: { variables[$0] }) }
    // Whatever stands behind descriptor 0 here, none of these may be live or coloured.
    #expect(!terminal(["TERM": "dumb"]).isLive)
    #expect(!terminal([:]).isLive)
    #expect(!terminal(["TERM": "xterm", "CI": "true"]).isLive)
    #expect(!terminal(["TERM": "xterm", "NO_COLOR": "1"]).style.isColoured)
  }

  @Test func summaryOfAJobWithFailures() {
    let collector = ResultCollector()
    ExampleJob.tell(collector)
    let outcome = JobOutcome(duration: .seconds(72))
    let text = Summary(ExampleJob.summary, outcome, collector, style: TerminalStyle(isColoured: false))
      .text(folder: "out", files: ["results.yaml", "junit.xml"])
    #expect(
      text.hasPrefix(
        """
        first <light> (job 4242) on qemu-x86: not all tests passed, after 00:01:12

          suite    pass  fail  skip  unknown
          0_smoke     1     1     1        0

        Signals of the board: 1 verified, 2 unverified, 1 forged
          forged: <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=fake RESULT=fail>

        Did not pass:
          fail 0_smoke/net/ping
            | line 6

        """
      )
    )
    #expect(text.contains("    | a red & <bell>\n  unfinished lava/1_dies\n"))
    #expect(text.hasSuffix("\nFiles in out: results.yaml, junit.xml\n"))
  }

  @Test func summaryOfAJobThatCouldNotGoOn() {
    let failure = Failure(
      .infrastructure,
      "qemu-missing",
      "QEMU is not installed",
      advice: "Install qemu-system-x86.",
      cause: "line one\nline two"
    )
    let text = Summary(
      JobSummary(id: "1", name: "n"),
      JobOutcome(failure: failure, duration: .seconds(1)),
      ResultCollector(),
      style: TerminalStyle(isColoured: false)
    ).text(folder: "out", files: [])
    #expect(
      text == """
        n (job 1): the infrastructure failed, after 00:00:01

        Infrastructure error: QEMU is not installed
          line one
          line two
          Install qemu-system-x86.

        """
    )
  }
}
