// SPDX-License-Identifier: Apache-2.0

import Foundation
import HostTools
import Testing
import YAMLDocument

/// Recorded consoles, read again.
enum Replayed {
  /// All results of a document, without times and places in a log.
  static func all(in document: YAMLValue) -> [YAMLValue] {
    (document["results"]?.sequence ?? []).map { result in
      .mapping((result.mapping ?? []).filter { $0.key != "log_line" && $0.key != "duration" })
    }
  }

  /// Those of the tests, their cases and how each definition ended, and that of the job; not those of the actions.
  static func tests(in document: YAMLValue) -> [YAMLValue] {
    all(in: document).filter { result in
      result["suite"] != "lava" || (result["uuid"] != nil && result["extra"] == nil) || result["case"] == "job"
    }
  }

  /// The recorded console of a run holds the same results, whichever way it is read.
  ///
  /// - Parameters:
  ///   - status: of the run.
  ///   - options: further ones.
  static func check(
    _ run: PumiceRun,
    _ files: ResultFiles,
    job: String,
    status: Int32,
    _ options: String...
  ) async throws {
    let console = run.file("console.log")
    let tests = tests(in: files.document)
    #expect(!tests.isEmpty)
    for (source, input) in [(console, "/dev/null"), ("-", console)] {
      let replay = try await replay(source, job, options + ["--format", "json"], input: input)
      #expect(replay.status == status)
      let document = try ResultFiles.json(replay.output)
      #expect(all(in: document) == tests)
      for key in ["id", "name", "result", "error_type", "error_msg"] {
        #expect(document["job"]?[key] == files.job[key])
      }
    }
    let yaml = try await replay(console, job, options + ["--format", "yaml"])
    let document = try YAMLDocument(parsing: yaml.output, file: "replay").root.value
    #expect(ResultRow.all(in: document) == tests.map(ResultRow.init))
    let text = try await replay(console, job, options)
    #expect(text.status == status)
    #expect(text.outputText.contains(status == 0 ? "all tests passed" : "not all tests passed"))
  }

  private static func replay(
    _ console: String,
    _ job: String,
    _ options: [String],
    input: String = "/dev/null"
  ) async throws -> HostProcess.Ending {
    let process = HostProcess([Checkout.program, "replay", console, "--job", job] + options, input: input)
    return try #require(await process.ending(limit: PumiceRun.limit), "pumice does not end")
  }

  /// A console that ends in the middle of a test holds what came before, and a definition that did not end.
  static func checkCut(_ run: PumiceRun, _ files: ResultFiles, job: String) async throws {
    let tests = tests(in: files.document)
    let whole = bytes(of: run.file("console.log"))
    let marker = try #require(whole.firstRange(of: Array("<LAVA_SIGNAL_ENDRUN ".utf8)))
    let folder = TemporaryFolder()
    let cut = folder.file("cut.log")
    try Data(whole[..<marker.lowerBound]).write(to: URL(filePath: cut))
    let replay = try await pumice("replay", cut, "--job", job, "--format", "json")
    // As if the connection had been closed.
    #expect(replay.status == 3)
    let found = all(in: try ResultFiles.json(replay.output))
    let count = try #require(tests.firstIndex { $0["suite"] == "lava" })
    #expect(Array(found.prefix(count)) == Array(tests.prefix(count)))
    let definition = try #require(tests[count]["case"]?.string)
    #expect(found.dropFirst(count).map(ResultRow.init) == [.lava(definition, "fail"), .lava("job", "fail")])
  }
}
