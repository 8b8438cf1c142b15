// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Glibc
import TestDefinitions
import Testing
import YAMLDocument

/// The scripts that LAVA itself made of Linaro's test definitions (`../shared/conformance/README.md`).
@Suite(.enabled(if: Conformance.isPresent, "../shared/conformance is not there"))
struct ConformanceTests {
  @Test(arguments: Conformance.indices) func scriptsAreLavasByteForByte(index: Int) throws {
    let number = Conformance.number(index)
    let file = "\(number).yaml"
    let document = try YAMLDocument(parsing: try #require(Conformance.read(file)), file: file)
    let definition = try TestDefinition(inline: Conformance.entry(number, document.root), file: file)
    let context = DefinitionContext(
      jobID: "4242",
      level: "1.2.1",
      index: index,
      stage: 0,
      resultsDirectory: "/lava-4242",
      distro: "debian"
    )
    let folder = definition.folder(in: context)
    #expect(folder.targetPath == "/lava-4242/0/tests/\(index)_t\(number)")
    for script in ["run.sh", "install.sh"] {
      let ours = folder.files.first { $0.path == script }.map { String(decoding: $0.bytes, as: UTF8.self) }
      let lavas = Conformance.read("\(number).\(script)").map { String(decoding: $0, as: UTF8.self) }
      #expect(ours == lavas, "\(script) of \(file)")
    }
  }

  @Test func thereAre39() { #expect(Conformance.indices.count == 39) }
}

enum Conformance {
  private static let folder: String = {
    let here = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return here.dropLast(4).joined(separator: "/") + "/shared/conformance/definitions/"
  }()

  static let isPresent = access(folder, R_OK) == 0

  /// The first column of `index.tsv`.
  static let indices: [Int] = {
    let table = String(decoding: read("index.tsv") ?? [], as: UTF8.self)
    return table.split(separator: "\n").dropFirst().compactMap { Int($0.split(separator: "\t")[0]) }
  }()

  static func number(_ index: Int) -> String { String(String(index + 1000).dropFirst()) }

  static func read(_ name: String) -> [UInt8]? {
    guard let stream = fopen(folder + name, "r") else { return nil }
    defer { fclose(stream) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, stream)
      if count == 0 { return result }
      result += buffer[..<count]
    }
  }

  /// The job's entry as the README of the conformance cases has it.
  static func entry(_ number: String, _ repository: YAMLNode) throws(DiagnosticList) -> YAMLNode {
    let text = "{from: inline, name: t\(number), path: def.yaml, skip_install: [git-repos]}"
    var entry = try YAMLDocument(parsing: Array(text.utf8), file: "job.yaml").root
    guard case .mapping(var entries) = entry.content else { return entry }
    var key = entries[0].key
    key.content = .scalar(YAMLScalar(text: "repository", value: "repository", isPlain: true))
    entries.append(YAMLEntry(key: key, value: repository))
    entry.content = .mapping(entries)
    return entry
  }
}
