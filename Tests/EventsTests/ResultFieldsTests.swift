// SPDX-License-Identifier: Apache-2.0

import Events
import Testing
import YAMLDocument

/// Keys and their order by spec signals §9 and §3.2.
@Suite struct ResultFieldsTests {
  private func keys(_ record: ResultRecord) -> [String] { record.logFields.compactMap(\.key.string) }

  /// A record with everything; each origin takes what is its own.
  private func record(_ origin: ResultRecord.Origin) -> ResultRecord {
    var record = ResultRecord(origin, definition: "0_a", case: "c", result: .pass)
    record.namespace = "common"
    record.level = "3.1"
    record.uuid = "4242_1.1"
    record.duration = .milliseconds(1234)
    record.integrity = .verified
    return record
  }

  @Test func origins() {
    #expect(keys(record(.validation)) == ["definition", "case", "result"])
    #expect(keys(record(.action)) == ["definition", "namespace", "case", "level", "duration", "result"])
    #expect(keys(record(.unfinishedRun)) == ["definition", "case", "uuid", "result", "duration"])
    #expect(keys(record(.monitored)) == ["definition", "case", "level", "result"])
    #expect(keys(record(.command)) == ["definition", "case", "result", "duration"])
    #expect(keys(record(.session)) == ["definition", "case", "result", "duration"])
    var run = record(.run)
    run.repository = "https://example.org/a.git"
    run.path = "a.yaml"
    run.revision = "unspecified"
    run.commitID = "abc"
    #expect(
      keys(run) == [
        "definition", "case", "uuid", "repository", "path", "duration", "result", "revision", "namespace", "commit_id",
      ]
    )
    #expect(YAMLValue.mapping(run.logFields)["duration"] == "1.23")
    var job = ResultRecord(.job, case: "job", result: .fail)
    job.errorMessage = "no"
    job.errorType = "Test"
    #expect(keys(job) == ["definition", "case", "result", "error_msg", "error_type"])
  }

  @Test func testCases() {
    var record = ResultRecord(.testCase, definition: "0_first", case: "c3", result: .pass)
    record.measurement = 4.5
    record.units = "MB/s"
    record.set = "s"
    record.startLine = 244
    record.endLine = 246
    #expect(keys(record) == ["definition", "case", "result", "measurement", "units", "set", "starttc", "endtc"])
    var missing = ResultRecord(.testCase, definition: "0_first", case: "c4", result: .fail)
    missing.level = "3.1"
    missing.set = "s"
    missing.extra = [.init("reason", "missing")]
    #expect(keys(missing) == ["definition", "case", "result", "level", "extra", "set"])
    var reference = ResultRecord(.reference, definition: "0_first", case: "c5", result: .pass)
    reference.reference = "https://example.org/log"
    #expect(keys(reference) == ["case", "definition", "result", "reference"])
  }

  @Test func eventsAsDocuments() {
    let start = ActionStart(level: "2.1", name: "execute-qemu", timeout: .seconds(30), namespace: "common", attempt: 2)
    let line = JSONEmitter.compact(Event(time: 1_000, kind: .actionStarted(start)).document(index: 4))
    #expect(
      line == """
        {"time":"1970-01-01T00:00:00.000001+00:00","index":4,"kind":"start","level":"2.1","name":"execute-qemu",\
        "namespace":"common","timeout":30.0,"attempt":2}
        """
    )
    var record = ResultRecord(.testCase, definition: "0_a", case: "c", result: .unknown)
    record.integrity = .recovered
    let result = Event(time: 0, kind: .result(record)).document(index: 5)
    #expect(result["integrity"] == "recovered")
    #expect(result["kind"] == "result")
    var signals = SignalRecord(namespace: "common", level: "3.1")
    signals.counts = [.repaired: 2]
    signals.lost = [4...6]
    let tally = Event(time: 0, kind: .signals(signals)).document(index: 6)
    #expect(tally["kind"] == "signals" && tally["repaired"] == 2 && tally["verified"] == 0 && tally["lost"] == ["4-6"])
    let text = Event(time: 0, kind: .log(.feedback, "a\u{1B}\n", namespace: "n")).document(index: 0)
    #expect(text["ns"] == "n" && text["msg"] == "a\u{1B}\n" && text["lvl"] == "feedback")
  }
}
