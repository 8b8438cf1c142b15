// SPDX-License-Identifier: Apache-2.0

import Events
import Files
import Glibc
import Reports
import Testing

@Suite struct JUnitTests {
  private static let example: String = {
    let collector = ResultCollector()
    ExampleJob.tell(collector)
    return JUnitReport(ExampleJob.summary, collector).text
  }()

  @Test func whatCounts() {
    let text = Self.example
    #expect(text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"first &lt;light&gt;\""))
    // ping, speed, usb; of the suite lava only 1_dies, which failed. Not the replaced try, not the forged case.
    #expect(text.contains("<testsuites name=\"first &lt;light&gt;\" tests=\"4\" failures=\"1\" errors=\"1\""))
    #expect(text.contains("<testsuite name=\"lava\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\""))
    #expect(!text.contains("early") && !text.contains("fake") && !text.contains("validate"))
    #expect(
      text.contains(
        "<testsuite name=\"0_smoke\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\" time=\"1.25\""
      )
    )
    #expect(text.contains("<property name=\"speed\" value=\"4.5 MB/s\"/>"))
    #expect(text.contains("<property name=\"integrity\" value=\"1 verified\"/>"))
    #expect(text.contains("<testcase name=\"ping\" classname=\"0_smoke.net\" time=\"0.00\">"))
    #expect(text.contains("<testcase name=\"1_dies\" classname=\"lava\" time=\"0.00\">"))
    #expect(text.contains("<error message=\"1_dies did not come to its end\" type=\"fail\">"))
    #expect(text.contains("a red &amp; &lt;bell&gt;</failure>"))
  }

  /// How results came is said of the suite; signals that are lost are errors.
  @Test func integrity() {
    let collector = ResultCollector()
    let log = EventLog(sinks: [collector], now: { 0 })
    for (name, integrity) in [("a", .verified), ("b", .verified), ("c", .recovered)] as [(String, Integrity)] {
      var record = ResultRecord(.testCase, definition: "0_s", case: name, result: .pass)
      record.integrity = integrity
      log.emit(.result(record))
    }
    var signals = SignalRecord(namespace: "common", level: "3.1")
    signals.lost = [4...5]
    log.emit(.signals(signals))
    let text = JUnitReport(ExampleJob.summary, collector).text
    #expect(text.contains("tests=\"4\" failures=\"0\" errors=\"1\""))
    #expect(text.contains("<property name=\"integrity\" value=\"2 verified, 1 recovered\"/>"))
    #expect(text.contains("<property name=\"integrity of c\" value=\"recovered\"/>"))
    #expect(text.contains("<testcase name=\"3.1\" classname=\"signals\" time=\"0.00\">"))
    #expect(text.contains("<error message=\"signals 4-5 of the board were lost\" type=\"lost\">"))
  }

  /// XML 1.0, "Char" and "Attribute-Value Normalization".
  @Test func charactersThatXMLDoesNotTake() {
    let collector = ResultCollector()
    let record = ResultRecord(.testCase, definition: "0_a", case: "c\u{1}\u{FFFE}\"'\n\t\r", result: .pass)
    collector.receive(Event(time: 0, kind: .result(record)), index: 0)
    let text = JUnitReport(ExampleJob.summary, collector).text
    #expect(text.contains("<testcase name=\"c\u{FFFD}\u{FFFD}&quot;'&#10;&#9;&#13;\" classname"))
  }

  @Test(.enabled(if: Programs.find("xmllint") != nil, "needs xmllint (Debian package libxml2-utils)"))
  func followsTheSchema() throws {
    let folder = try TestFolder()
    let report = folder.path("junit.xml")
    let schema = "\(#filePath.dropLast("JUnitTests.swift".count))Fixtures/jenkins-junit.xsd"
    try FileSystem.write(Array(Self.example.utf8), to: report)
    #expect(run("xmllint --noout --schema '\(schema)' '\(report)' 2>&1").contains("junit.xml validates"))
    // The schema can say no.
    try FileSystem.write(Array(Self.example.replacing("<skipped/>", with: "<skip/>").utf8), to: report)
    #expect(run("xmllint --noout --schema '\(schema)' '\(report)' 2>&1").contains("fails to validate"))
  }

  /// The output of a shell command.
  private func run(_ command: String) -> String {
    guard let pipe = popen(command, "r") else { return "" }
    defer { pclose(pipe) }
    var output: [UInt8] = []
    var byte = fgetc(pipe)
    while byte != EOF {
      output.append(UInt8(truncatingIfNeeded: byte))
      byte = fgetc(pipe)
    }
    return String(decoding: output, as: UTF8.self)
  }
}
