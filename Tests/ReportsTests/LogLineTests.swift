// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Files
import Reports
import Testing
import YAMLDocument

/// LAVA's log, byte for byte (spec results-and-log §1, §2).
@Suite struct LogLineTests {
  /// The moment of the examples of spec results-and-log §1.
  private static let time: Int64 = 1_795_262_530_341_710_000
  private static let stamp = "2026-11-21T12:02:10.341710+00:00"

  private func line(_ kind: Event.Kind) -> String { LogLine.text(of: Event(time: Self.time, kind: kind)) }

  @Test func examplesOfTheSpecification() {
    #expect(
      line(.log(.info, "start: 0 validate", namespace: nil))
        == #"{"dt": "\#(Self.stamp)", "lvl": "info", "msg": "start: 0 validate"}"#
    )
    #expect(
      line(.log(.feedback, "text", namespace: "isolated-namespace"))
        == #"{"dt": "\#(Self.stamp)", "lvl": "feedback", "msg": "text", "ns": "isolated-namespace"}"#
    )
    var record = ResultRecord(.testCase, definition: "0_first", case: "c3", result: .pass)
    record.measurement = 4.5
    record.units = "MB/s"
    record.startLine = 244
    record.endLine = 246
    #expect(
      line(.result(record)) == #"{"dt": "\#(Self.stamp)", "lvl": "results", "msg": {"definition": "0_first", "#
        + #""case": "c3", "result": "pass", "measurement": ! "4.5", "units": "MB/s", "starttc": ! "244", "#
        + #""endtc": ! "246"}}"#
    )
  }

  @Test func actions() {
    let start = ActionStart(level: "1", name: "lava-overlay", timeout: .seconds(120), namespace: "common")
    #expect(
      line(.actionStarted(start))
        == #"{"dt": "\#(Self.stamp)", "lvl": "info", "msg": "start: 1 lava-overlay (timeout 00:02:00) [common]"}"#
    )
    let end = ActionEnd(level: "1.1", name: "lava-multinode-overlay", duration: .milliseconds(20), namespace: "common")
    #expect(
      line(.actionEnded(end)) == #"{"dt": "\#(Self.stamp)", "lvl": "debug", "#
        + #""msg": "end: 1.1 lava-multinode-overlay (duration 00:00:00) [common]"}"#
    )
  }

  @Test func onlyFeedbackSaysItsNamespace() {
    #expect(!line(.log(.target, "text", namespace: "common")).contains(#""ns""#))
  }

  @Test func measurementsThatAreNoNumbers() {
    var record = ResultRecord(.testCase, definition: "0_a", case: "c", result: .pass)
    record.measurement = .nan
    #expect(line(.result(record)).contains(#""measurement": ! ".nan""#))
  }

  @Test func aResultThatIsTooLongKeepsWhatItSays() {
    var record = ResultRecord(.run, case: "0_a", result: .pass)
    record.repository = ["run": .string(String(repeating: "x", count: 120_000))]
    record.uuid = "1_2"
    let text = line(.result(record))
    #expect(text.utf8.count < 100_000)
    #expect(text.contains(#""uuid": "1_2", "repository": "<too long for a line>""#))
  }

  @Test func linesAreInTheFileAtOnce() throws {
    let folder = try TestFolder()
    let log = try LineFileSink.lavaLog(folder.path("logs.yaml"))
    let events = try LineFileSink.events(folder.path("events.jsonl"))
    let sink = EventLog(sinks: [log, events], now: { Self.time })
    sink.log(.info, "one")
    sink.log(.target, "two \"\\ \u{E9}\u{1B}")
    // Both sinks are still open: this is what a process that is killed here leaves behind.
    #expect(
      try FileSystem.readText(folder.path("logs.yaml")) == """
        - {"dt": "\(Self.stamp)", "lvl": "info", "msg": "one"}
        - {"dt": "\(Self.stamp)", "lvl": "target", "msg": "two \\"\\\\ \\xE9\\e"}

        """
    )
    #expect(
      try FileSystem.readText(folder.path("events.jsonl")) == """
        {"time":"\(Self.stamp)","index":0,"kind":"log","lvl":"info","msg":"one"}
        {"time":"\(Self.stamp)","index":1,"kind":"log","lvl":"target","msg":"two \\"\\\\ é\\u001b"}

        """
    )
    // Several at once are as many lines.
    sink.log(.target, ["three", "four"])
    sink.log(.target, [])
    sink.log(.info, "five")
    let lines = try FileSystem.readText(folder.path("logs.yaml")).split(separator: "\n")
    #expect(
      lines.dropFirst(2)
        == [("target", "three"), ("target", "four"), ("info", "five")].map {
          #"- {"dt": "\#(Self.stamp)", "lvl": "\#($0.0)", "msg": "\#($0.1)"}"#
        }[...]
    )
    let objects = try FileSystem.readText(folder.path("events.jsonl")).split(separator: "\n")
    #expect(
      objects.dropFirst(2).map { $0.contains(#""index":"#) ? $0.split(separator: ",")[1] : "" } == [
        "\"index\":2", "\"index\":3", "\"index\":4",
      ]
    )
    #expect(log.failure == nil && events.failure == nil)
  }

  @Test func theFirstFailureToWriteIsKept() throws {
    // A device that never has room.
    let log = try LineFileSink.lavaLog("/dev/full")
    log.receive(Event(time: 0, kind: .log(.info, "one", namespace: nil)), index: 0)
    #expect(log.failure?.code == "disk-full")
  }

  @Test func aFileThatCannotBeMade() {
    let failure = #expect(throws: Failure.self) { try LineFileSink.events("/no/such/folder/events.jsonl") }
    #expect(failure?.message.contains("/no/such/folder/events.jsonl") == true)
  }
}
