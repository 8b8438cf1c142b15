// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Every case of `../shared/conformance/signals.json` as a whole job on a board, by LAVA's rules: what LAVA made of the
  /// same test block, in its order, with the rows of the pipeline around it.
  @Suite(
    .enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"),
    .enabled(if: !Conformance.vectors.isEmpty, "../shared/conformance/signals.json is not there")
  )
  struct ConformanceTests {
    @Test(arguments: Conformance.vectors)
    func agreesWithLAVA(_ vector: Conformance.Vector) async throws {
      let job = TrialJob(vector.job)
      let run = PumiceRun(job, "--lava-verdicts", "--job-id", "4300")
      let ending = try await run.ending()
      guard vector.isStarted else {
        // LAVA refuses it when it runs, and we before anything does.
        #expect(ending.status == 2)
        #expect(ending.errorText.contains(vector.refusal), "\(ending.errorText)")
        return
      }
      let files = try ResultFiles(run)
      let results = files.document["results"]?.sequence ?? []
      let names = Set(vector.rows.map(\.name)).union(["lava/lava-test-shell", "lava/lava-test-retry"])
      let found = results.map(Conformance.Row.init).filter {
        $0.name.hasPrefix("lava/") ? names.contains($0.name) : true
      }
      #expect(found.map(vector.withoutHostTime) == vector.rows.map(vector.withoutHostTime))
      for key in ["result", "error_msg", "error_type"] {
        #expect(
          vector.withoutHostTime(files.job[key]?.string) == vector.withoutHostTime(vector.final[key] as? String)
        )
      }
    }

    @Test func allAreThere() { #expect(Conformance.vectors.count == 13) }
  }
}

/// Test blocks and what LAVA made of them.
enum Conformance {
  /// A result by what does not depend on the job around the test.
  struct Row: Equatable, CustomStringConvertible {
    var name: String
    var result: String
    /// Why an action failed.
    var failure: String?

    var description: String { "\(name) \(result)\(failure.map { " (\($0))" } ?? "")" }
  }

  struct Vector: Sendable, CustomTestStringConvertible {
    let label: String
    /// The test blocks, JSON.
    let blocks: [String]
    let rows: [Row]
    let final: [String: any Sendable]
    let isStarted: Bool

    var testDescription: String { label }

    /// How long the job may take, in seconds, where that is what ends it.
    private var jobSeconds: Int? { label.hasPrefix("job timeout") ? 6 : nil }

    /// What is left of the job's time when its test begins is told, and depends on how long this host took before it:
    /// any number of seconds up to the job's is as good.
    func withoutHostTime(_ text: String?) -> String? {
      guard let jobSeconds else { return text }
      return text?.replacing(/timed out after (\d+) seconds/) { match in
        (1...jobSeconds).contains(Int(match.1) ?? 0) ? "timed out after what was left" : String(match.0)
      }
    }

    func withoutHostTime(_ row: Row) -> Row {
      var row = row
      row.failure = withoutHostTime(row.failure)
      return row
    }

    /// What we say where LAVA does not start the test.
    var refusal: String { label == "name lava" ? "reserved" : "unique" }

    var job: JobText {
      JobText(
        "vector",
        jobTime: jobSeconds ?? 240,
        actions: [.deploy(), .boot()] + blocks.map(ActionText.init(flow:))
      )
    }
  }

  static let vectors: [Vector] = {
    let file = URL(filePath: "\(Checkout.root)/../shared/conformance/signals.json").standardizedFileURL
    guard let data = try? Data(contentsOf: file),
      let list = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
    else { return [] }
    return list.compactMap(Vector.init)
  }()
}

extension Conformance.Row {
  init(_ value: YAMLValue) {
    name = "\(value["suite"]?.string ?? "?")/\(value["case"]?.string ?? "?")"
    result = value["result"]?.string ?? "?"
    failure = value["extra"]?["fail"]?.string
  }
}

extension Conformance.Vector {
  init?(_ json: [String: Any]) {
    guard let label = json["label"] as? String, let blocks = json["definitions"] as? [[String: Any]],
      let results = json["results"] as? [[String: Any]], let final = json["final"] as? [String: Any]
    else { return nil }
    self.label = label
    self.blocks = blocks.compactMap { block in
      (try? JSONSerialization.data(withJSONObject: block)).map { String(decoding: $0, as: UTF8.self) }
    }
    rows = results.map { result in
      let word = result["result"] as? String ?? "?"
      return Conformance.Row(
        name: "\(result["definition"] as? String ?? "?")/\(result["case"] as? String ?? "?")",
        // Of a word that is no result LAVA's server makes `unknown`.
        result: ["pass", "fail", "skip"].contains(word) ? word : "unknown",
        failure: (result["extra"] as? [String: Any])?["fail"] as? String
      )
    }
    self.final = final.compactMapValues { $0 as? String }
    isStarted = !((json["console"] as? [String])?.isEmpty ?? true)
  }
}
