// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Signals

/// The cases of `../shared/conformance/signals.json` that a board's console decides alone, under LAVA's rules.
@Suite(.enabled(if: Conformance.vectors != nil, "../shared/conformance/signals.json is not there"))
struct ConformanceTests {
  @Test(arguments: Conformance.playable)
  func agreesWithLAVA(_ vector: Conformance.Vector) throws {
    let outcome = vector.play()
    // Results of the pipeline, which is not there, begin with its first action.
    let expected = vector.results.filter { $0["namespace"] == nil || $0["uuid"] != nil }.filter { $0["case"] != "job" }
    #expect(outcome.results == expected)
    #expect(outcome.failure?.message == vector.final["error_msg"])
    #expect(outcome.failure.map { Conformance.errorTypes[$0.kind] ?? "" } == vector.final["error_type"])
    // Of the log, what a test shell writes.
    let pipelines = ["lava-test-retry failed", "TestError: ", "JobError: ", "LAVABug: "]
    let lines = vector.log.filter { line in !pipelines.contains { line[1].hasPrefix($0) } }
    #expect(outcome.log == lines)
  }

  @Test func allThatNeedNoPipelineArePlayed() {
    #expect(
      Conformance.playable.map(\.label) == [
        "testraise", "repeat2", "unknown signals", "feedback bad ns", "parse pattern", "pattern without result",
        "install git-repos string bad step type", "no run",
      ]
    )
  }
}

/// Recorded consoles and what LAVA made of them.
enum Conformance {
  static let errorTypes: [ShellFailure.Kind: String] = [
    .test: "Test", .job: "Job", .bug: "Bug", .connectionClosed: "Infrastructure",
  ]

  struct Vector: Sendable, CustomTestStringConvertible {
    var label: String
    var console: [String]
    var results: [[String: String]]
    var log: [[String]]
    var final: [String: String]
    var configuration: TestShellMachine.Configuration
    var testDescription: String { label }
  }

  /// Those that need neither a clock nor a job's validation.
  static let playable = (vectors ?? []).filter { !$0.label.contains("timeout") && !$0.console.isEmpty }

  static let vectors: [Vector]? = {
    let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "../shared/conformance/signals.json").standardizedFileURL
    guard let data = try? Data(contentsOf: file),
      let list = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
    else { return nil }
    return list.compactMap(Vector.init)
  }()
}

extension Conformance.Vector {
  init?(_ json: [String: Any]) {
    guard let label = json["label"] as? String, let console = json["console"] as? [String],
      let results = json["results"] as? [[String: Any]], let log = json["log"] as? [[String]],
      let final = json["final"] as? [String: Any], let blocks = json["definitions"] as? [[String: Any]]
    else { return nil }
    self.label = label
    self.console = console
    self.results = results.map { $0.compactMapValues { $0 as? String } }
    self.log = log
    self.final = final.compactMapValues { $0 as? String }
    let definitions = blocks.flatMap { ($0["test"] as? [String: Any])?["definitions"] as? [[String: Any]] ?? [] }
    configuration = TestShellMachine.Configuration(
      definitions: definitions.enumerated().map { index, definition in
        TestShellMachine.Definition(
          suite: "\(index)_\(definition["name"] as? String ?? "")",
          uuid: "4300_1.2.\(1 + 4 * index)",
          parse: Self.parse((definition["repository"] as? [String: Any])?["parse"] as? [String: Any])
        )
      },
      lavaVerdicts: true
    )
  }

  private static func parse(_ block: [String: Any]?) -> TestShellMachine.Parse? {
    guard let pattern = block?["pattern"] as? String else { return nil }
    let fixups = (block?["fixupdict"] as? [String: String])?.map { ($0.key, $0.value) }
    return TestShellMachine.Parse(pattern: pattern, fixups: fixups)
  }
}

extension Conformance.Vector {
  struct Outcome {
    var results: [[String: String]] = []
    var log: [[String]] = []
    var failure: ShellFailure?
  }

  /// Feeds the console line by line, matches the pattern in lines without a signal, and starts again after each EXIT.
  func play() -> Outcome {
    var outcome = Outcome()
    var stream = TestShellStream(configuration)
    var pattern: NSRegularExpression?
    func take(_ effect: ShellEffect) {
      switch effect {
      case .log(let level, let text) where level == .error || level == .warning:
        outcome.log.append([level.rawValue, text])
      case .result(let result): outcome.results.append(record(result))
      case .failed(let failure): outcome.failure = failure
      case .patternChanged(let suite):
        let parse = configuration.definitions.first { $0.suite == suite }?.parse
        pattern = parse.flatMap { parse in
          let python = parse.pattern.replacingOccurrences(of: "(?P<", with: "(?<")
            .replacingOccurrences(of: "test_case_id", with: "testcaseid")
          return try? NSRegularExpression(pattern: python, options: [.anchorsMatchLines])
        }
      default: break
      }
    }
    for line in console {
      if stream.isOver {
        guard outcome.failure == nil else { break }
        stream = TestShellStream(configuration)
      }
      if let pattern, !line.contains("<LAVA_"), let match = Self.match(pattern, in: line) {
        stream.feed(match: match, at: .zero, take)
      }
      let bytes = Array((line + "\r\n").utf8)
      _ = bytes.withUnsafeBytes { stream.feed($0, at: .zero, take) }
    }
    if label == "pattern without result" {
      // The console ends before the line that matched.
      stream.feed(match: ParsePatternMatch(testCase: .text("t1"), result: .absent), at: .zero, take)
    }
    return outcome
  }

  private static func match(_ pattern: NSRegularExpression, in line: String) -> ParsePatternMatch? {
    guard let match = pattern.firstMatch(in: line, range: NSRange(line.startIndex..., in: line)) else { return nil }
    func group(_ name: String) -> ParsePatternMatch.Group {
      guard pattern.pattern.contains("(?<\(name)>") else { return .absent }
      return Range(match.range(withName: name), in: line).map { .text(String(line[$0])) } ?? .unmatched
    }
    return ParsePatternMatch(testCase: group("testcaseid"), result: group("result"))
  }

  /// A result as the vectors have it: without durations and markers, and with what only the job knows.
  private func record(_ result: ShellResult) -> [String: String] {
    switch result {
    case .testCase(let result):
      return ["definition": result.definition, "case": result.testCase, "result": result.result]
    case .runEnded(let definition, let uuid, _):
      let recorded = results.first { $0["uuid"] == uuid && $0["path"] != nil } ?? [:]
      return [
        "definition": "lava", "case": definition, "uuid": uuid, "repository": "<inline>",
        "path": recorded["path"] ?? "",
        "result": "pass", "revision": "unspecified", "namespace": "common",
      ]
    case .runUnfinished(let definition, let uuid, _):
      return ["definition": "lava", "case": definition, "uuid": uuid, "result": "fail"]
    case .stageFailed(let stage, _):
      return ["definition": "lava", "case": "stage_\(stage)", "result": "fail"]
    case .reference(let result):
      return ["definition": result.definition, "case": result.testCase, "result": result.result]
    case .missingCase(let definition, let testCase, _):
      return ["definition": definition, "case": testCase, "result": "fail"]
    }
  }
}
