// SPDX-License-Identifier: Apache-2.0

import Events
import Reports
import YAMLDocument

/// A job that has a bit of everything, told to a collector; its times are whole seconds from the epoch.
enum ExampleJob {
  static let summary = JobSummary(id: "4242", name: "first <light>", device: "qemu-x86")

  static func tell(_ collector: ResultCollector) {
    let clock = Counter()
    let log = EventLog(sinks: [collector], now: { clock.next() })
    log.emit(.result(ResultRecord(.validation, case: "validate", result: .pass)))
    start("3", "lava-test-retry", 1, log)
    start("3.1", "lava-test-shell", 1, log)
    log.emit(.result(ResultRecord(.testCase, definition: "0_smoke", case: "early", result: .fail)))
    end("3.1", "lava-test-shell", log, "broken")
    start("3.1", "lava-test-shell", 2, log)
    for number in 0..<25 { log.log(.target, "line \(number)") }
    log.log(.target, "a \u{1B}[31mred\u{1B}[0m & <bell>\u{7}")
    log.log(.target, "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=ping RESULT=fail>")
    log.log(.target, "of the next case, read ahead")
    var ping = ResultRecord(.testCase, definition: "0_smoke", case: "ping", result: .fail)
    ping.set = "net"
    log.emit(.result(ping))
    var speed = ResultRecord(.testCase, definition: "0_smoke", case: "speed", result: .pass)
    speed.measurement = 4.5
    speed.units = "MB/s"
    speed.integrity = .verified
    log.emit(.result(speed))
    log.emit(.result(ResultRecord(.testCase, definition: "0_smoke", case: "usb", result: .skip)))
    var run = ResultRecord(.run, case: "0_smoke", result: .pass)
    run.duration = .milliseconds(1250)
    run.uuid = "4242_1.1"
    log.emit(.result(run))
    log.emit(.result(ResultRecord(.unfinishedRun, case: "1_dies", result: .fail)))
    var signals = SignalRecord(namespace: "common", level: "3.1")
    signals.counts = [.verified: 1, .unverified: 2]
    signals.forged = ["<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=fake\u{7} RESULT=fail>"]
    signals.forgedCount = 1
    log.emit(.signals(signals))
    end("3.1", "lava-test-shell", log, nil)
    end("3", "lava-test-retry", log, nil)
    log.emit(.result(ResultRecord(.job, case: "job", result: .pass)))
  }

  private static func start(_ level: String, _ name: String, _ attempt: Int, _ log: EventLog) {
    let start = ActionStart(
      level: level,
      name: name,
      timeout: .seconds(60),
      namespace: "common",
      attempt: attempt,
      supersedes: attempt > 1
    )
    log.emit(.actionStarted(start))
  }

  private static func end(_ level: String, _ name: String, _ log: EventLog, _ failure: String?) {
    log.emit(
      .actionEnded(ActionEnd(level: level, name: name, duration: .seconds(2), namespace: "common", failure: failure))
    )
    guard let failure else { return }
    var record = ResultRecord(.action, case: name, result: .fail)
    record.level = level
    record.namespace = "common"
    record.duration = .seconds(2)
    record.extra = [.init("fail", .string(failure))]
    log.emit(.result(record))
  }
}
