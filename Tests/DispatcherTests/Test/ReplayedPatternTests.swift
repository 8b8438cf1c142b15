// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import HostTools
import JobModel
import Pipeline
import Testing
import YAMLDocument

@testable import Dispatcher

/// `parse` patterns in a recorded console: what LAVA made of the same bytes (`../shared/conformance/signals.json`).
@Suite(.enabled(if: !vectors.isEmpty, "../shared/conformance/signals.json is not there"))
struct ReplayedPatternTests {
  @Test(arguments: ["parse pattern", "pattern without result"]) func agreesWithLAVA(label: String) throws {
    let vector = try #require(vectors.first { $0["label"] == .string(label) })
    let keeper = ResultKeeper()
    var replay = try Replay(job: try Self.job(vector), events: EventLog(sinks: [keeper]), rules: .lava)
    var console = (vector["console"]?.sequence ?? []).compactMap(\.string).joined(separator: "\r\n") + "\r\n"
    // The record ends before the line that matched.
    if label == "pattern without result" { console += "t1=x\r\n" }
    Array(console.utf8).withUnsafeBytes { replay.feed($0) }
    replay.finish()
    let expected = (vector["results"]?.sequence ?? []).filter { result in
      // Those of the test, not of the pipeline.
      result["definition"] != "lava" || result["uuid"] != nil
    }
    #expect(keeper.records.map(Self.row) == expected.map(Self.row))
    #expect(replay.failure?.message == vector["final"]?["error_msg"]?.string)
    #expect(replay.failure?.kind.errorType == vector["final"]?["error_type"]?.string)
  }

  /// A job that has the vector's tests.
  private static func job(_ vector: YAMLValue) throws -> Job {
    try Sample.job(
      """
      job_name: vector
      timeouts: {job: {minutes: 5}}
      actions:
      - deploy: {to: overlay}
      - boot: {method: minimal, prompts: ['# ']}
      \((vector["definitions"]?.sequence ?? []).map { "- \(JSONEmitter.compact($0))\n" }.joined())
      """
    )
  }

  private static func row(_ record: ResultRecord) -> String {
    "\(record.definition)/\(record.testCase) \(record.result.rawValue) \(record.path ?? "")"
  }

  private static func row(_ value: YAMLValue) -> String {
    let text = { (key: String) in value[key]?.string ?? "" }
    // Of a word that is no result LAVA's server makes `unknown`.
    let result = Verdict(rawValue: text("result")) ?? .unknown
    return "\(text("definition"))/\(text("case")) \(result.rawValue) \(text("path"))"
  }
}

/// JSON is YAML, but for what no vector has.
private let vectors: [YAMLValue] = {
  let path = "\(SourceTree.root)/../shared/conformance/signals.json"
  guard let document = try? YAMLDocument(parsing: bytes(of: path), file: path) else { return [] }
  return document.root.value.sequence ?? []
}()
