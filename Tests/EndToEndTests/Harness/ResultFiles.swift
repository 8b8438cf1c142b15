// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostTools
import Testing
import YAMLDocument

/// The files of a run, read by other means than those that wrote them where there are any.
struct ResultFiles {
  /// What results.json holds; numbers are floats, as JSON has one kind only.
  let document: YAMLValue

  var rows: [ResultRow] { ResultRow.all(in: document) }
  var job: YAMLValue { document["job"] ?? .null }

  /// Reads the files; notes what is not well-formed or does not agree with the others.
  ///
  /// - Parameter hasConsole: whether a board was connected.
  init(_ run: PumiceRun, hasConsole: Bool = true) throws {
    document = try Self.json(bytes(of: run.file("results.json")))
    let yaml = try YAMLDocument(parsing: bytes(of: run.file("results.yaml")), file: "results.yaml").root.value
    #expect(Self.withFloats(yaml) == document)
    let more = ["files", "nbd-server.log", "nfs-server.log"]
    let names = run.fileNames.filter { !$0.hasPrefix("overlay-") && !more.contains($0) }
    let others = ["events.jsonl", "junit.xml", "logs.yaml", "results.json", "results.yaml"]
    #expect(names == (hasConsole ? ["console.log"] : []) + others)
    try Self.checkLog(run)
    for line in run.text(of: "events.jsonl").split(separator: "\n") { _ = try Self.json(Array(line.utf8)) }
    checkJUnit(run)
  }

  /// Each line of the log is an item of a YAML list, the last one the job's result (spec results-and-log §1, §2).
  private static func checkLog(_ run: PumiceRun) throws {
    let bytes = bytes(of: run.file("logs.yaml"))
    #expect(String(validating: bytes, as: UTF8.self) != nil)
    let lines = try bytes.split(separator: UInt8(ascii: "\n")).map { line in
      let value = try YAMLDocument(parsing: Array(line), file: "logs.yaml").root.value
      return try #require(value.sequence?.first)
    }
    #expect(lines.allSatisfy { $0.mapping?.map(\.key).starts(with: ["dt", "lvl", "msg"]) == true })
    #expect(lines.last?["lvl"] == "results")
    #expect(lines.last?["msg"]?["case"] == "job")
  }

  /// The report has each result that counts once, suite by suite, and follows the schema. Of what LAVA itself reports only
  /// failures count.
  private func checkJUnit(_ run: PumiceRun) {
    let rows = rows.filter { !$0.isSuperseded && ($0.suite != "lava" || $0.result == "fail") }
    guard isInstalled("xmllint") else {
      Issue.record("junit.xml cannot be checked without xmllint; 'Scripts/setup test' installs it")
      return
    }
    let file = run.file("junit.xml")
    let schema = "\(Checkout.root)/Tests/ReportsTests/Fixtures/jenkins-junit.xsd"
    let validation = HostTools.run(["xmllint", "--noout", "--schema", schema, file])
    #expect(validation.status == 0, "\(validation.output)")
    let suites = rows.reduce(into: [String]()) { if !$0.contains($1.suite) { $0.append($1.suite) } }
    let expected = suites.flatMap { suite in
      rows.filter { $0.suite == suite }.flatMap { row in
        // As XML has it.
        [
          " name=\"\(row.testCase.replacing(">", with: "&gt;"))\"",
          " classname=\"\([suite, row.set].compactMap { $0 }.joined(separator: "."))\"",
        ]
      }
    }
    if !expected.isEmpty {
      let attributes = "//testcase/@name | //testcase/@classname"
      let found = HostTools.run(["xmllint", "--xpath", attributes, file]).output
      #expect(found.split(separator: "\n").map(String.init) == expected)
    }
    #expect(HostTools.run(["xmllint", "--xpath", "count(//testcase)", file]).output == "\(rows.count)\n")
    for (path, result) in [("skipped", "skip"), ("failure", "fail")] {
      let count = HostTools.run(["xmllint", "--xpath", "count(//testcase/\(path))", file]).output
      let rows = rows.filter { $0.result == result && $0.suite != "lava" }
      #expect(count == "\(rows.count)\n")
    }
  }

  /// Reads JSON with Foundation's reader.
  static func json(_ bytes: [UInt8]) throws -> YAMLValue {
    try JSONDecoder().decode(JSONText.self, from: Data(bytes)).value
  }

  /// The same with the one kind of number that JSON has, and without an order of keys.
  static func withFloats(_ value: YAMLValue) -> YAMLValue {
    switch value {
    case .int(let number): .float(Double(number))
    case .sequence(let items): .sequence(items.map(withFloats))
    case .mapping(let pairs): sorted(.mapping(pairs.map { YAMLValue.Pair($0.key, withFloats($0.value)) }))
    default: value
    }
  }

  fileprivate static func sorted(_ value: YAMLValue) -> YAMLValue {
    .mapping((value.mapping ?? []).sorted { ($0.key.string ?? "") < ($1.key.string ?? "") })
  }
}

/// Any JSON, without an order of keys.
private struct JSONText: Decodable {
  let value: YAMLValue

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      value = .null
    } else if let flag = try? container.decode(Bool.self) {
      value = .bool(flag)
    } else if let number = try? container.decode(Double.self) {
      value = .float(number)
    } else if let text = try? container.decode(String.self) {
      value = .string(text)
    } else if let items = try? container.decode([JSONText].self) {
      value = .sequence(items.map(\.value))
    } else {
      let fields = try container.decode([String: JSONText].self)
      value = ResultFiles.sorted(.mapping(fields.map { YAMLValue.Pair(.string($0.key), $0.value.value) }))
    }
  }
}
