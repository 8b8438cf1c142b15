// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

extension Reading {
  /// A `test` action without its common keys; nil when it cannot be read.
  func test(_ reader: inout MappingReader) -> TestBlock? {
    reader.acceptUnlisted(["docker", "monitors", "interactive", "services"])
    reader.drop(["name"], now: "Leave it out: the definitions have the names that results are listed under.")
    reader.correct(reader.testKind == .shell ? ["definitions"] : [])
    let kind = reader.testKind
    var block = TestBlock(kind: kind, definitions: [])
    switch kind {
    case .shell: break
    case .docker:
      block.container = container(&reader)
      noteContainerKeys(&reader)
    case .monitors, .interactive: break
    case .services:
      if let entry = reader.entry("services") { noteUnplannedBlock("'services' tests", at: entry.key) }
      reader.acceptAll()
    }
    // What has no effect is looked at all the same.
    block.monitors = monitors(&reader)
    block.sessions = sessions(&reader)
    warnOfOthers(&reader, beside: kind)
    let needsDefinitions = kind == .shell || kind == .docker
    guard let items = reader.list("definitions", required: needsDefinitions) else {
      return needsDefinitions ? nil : block
    }
    if items.isEmpty, let entry = reader.entry("definitions") {
      report(.warning, "no-definitions", "'definitions' is empty: this test runs nothing", at: entry.key)
    }
    block.definitions = items.compactMap(definition)
    return block
  }

  /// What LAVA knows of tests in containers and nothing here does.
  private func noteContainerKeys(_ reader: inout MappingReader) {
    reader.acceptUnlisted(["downloads-namespace", "disconnect_connection"])
    let namespace = reader.node("downloads-namespace").flatMap { folderName($0, what: "'downloads-namespace'") }
    let disconnects = reader.bool("disconnect_connection") ?? false
    for (key, isUsed) in [("downloads-namespace", namespace != nil), ("disconnect_connection", disconnects)]
    where isUsed {
      guard let entry = reader.entry(key) else { continue }
      report(.warning, "not-supported", "'\(key)' of a test in a container has no effect yet", at: entry.key)
    }
  }

  /// A test does one thing, whatever else stands in it.
  private func warnOfOthers(_ reader: inout MappingReader, beside kind: TestBlock.Kind) {
    let used =
      switch kind {
      case .shell, .docker: "definitions"
      case .monitors: "monitors"
      case .interactive: "interactive"
      case .services: "services"
      }
    for key in ["monitors", "interactive"] where key != used && reader.has(key) {
      guard let entry = reader.entry(key) else { continue }
      report(
        .warning,
        "two-tests-in-one",
        "'\(key)' has no effect beside '\(used)': a test does one thing",
        at: entry.key,
        advice: "Make it a test of its own."
      )
    }
  }

  /// Says that a kind of block is beyond Pumice.
  private func noteUnplannedBlock(_ what: String, at node: YAMLNode) {
    report(
      .warning,
      "not-supported",
      "\(what) are of LAVA and not supported by Pumice: 'plan' and 'run' refuse them",
      at: node,
      advice: "See the table of limits in README.md."
    )
  }
}

extension MappingReader {
  /// What kind of test the keys of a test block make (spec jobs §3.1).
  fileprivate var testKind: TestBlock.Kind {
    if has("docker") { return .docker }
    if has("definitions") { return .shell }
    if has("interactive") { return .interactive }
    if has("monitors") { return .monitors }
    return has("services") ? .services : .shell
  }
}
