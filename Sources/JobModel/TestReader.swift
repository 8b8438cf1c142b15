// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// Where a definition can come from. LAVA has the first three; the others were planned (spec test-shell §5.1).
private enum DefinitionOrigin: String, CaseIterable {
  case git, inline, url
  case tar, file, bzr
}

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
    case .monitors: block.monitors = monitors(&reader)
    case .interactive: block.sessions = sessions(&reader)
    case .services:
      if let entry = reader.entry("services") { noteUnplannedBlock("'services' tests", at: entry.key) }
      reader.acceptAll()
    }
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

  /// An item of `definitions`. What is wrong inside an inline one is found where it is read whole.
  private func definition(_ item: YAMLNode) -> DefinitionItem? {
    guard var reader = MappingReader(item, what: "the definition", reading: self) else { return nil }
    // Read where the definition is rendered.
    reader.accept("parameters", "params", "skip_install", "lava-signal", "expected")
    reader.accept("branch", "revision", "history", "recursive", "shallow", "compression", "strip-components", "headers")
    reader.correct(["from", "name", "path", "repository"])
    defer { reader.close() }
    let origin = origin(&reader)
    if origin == .inline {
      inlineDefinitions.append(reader.node)
      reader.accept("name", "path", "repository")
      guard let name = reader.node["name"]?.value.string, let path = reader.node["path"]?.value.string else {
        return nil
      }
      return DefinitionItem(name: name, path: path, source: .inline, node: reader.node)
    }
    let name = reader.filledString("name", required: true)
    let path = reader.filledString("path", required: true)
    let repository = repository(&reader, of: origin)
    guard let name, let path, let repository else { return nil }
    switch origin {
    case .git: return DefinitionItem(name: name, path: path, source: .git(url: repository), node: reader.node)
    case .url: return DefinitionItem(name: name, path: path, source: .url(repository), node: reader.node)
    default: return nil
    }
  }

  private func origin(_ reader: inout MappingReader) -> DefinitionOrigin? {
    let offered: [DefinitionOrigin] = [.git, .inline, .url]
    guard let origin: DefinitionOrigin = reader.choice("from", required: true, offered: offered) else { return nil }
    guard offered.contains(origin) else {
      if let node = reader.node("from") {
        refuseUnsupported(
          "'from: \(origin.rawValue)' is not supported yet",
          at: node,
          expected: Expectation.one(of: offered.map(\.rawValue))
        )
      }
      return nil
    }
    return origin
  }

  /// The URL of a repository. Where the origin is not known, it may as well be an inline definition.
  private func repository(_ reader: inout MappingReader, of origin: DefinitionOrigin?) -> String? {
    guard let node = reader.node("repository", required: true, expected: "a URL") else { return nil }
    if case .mapping = node.content {
      guard let origin else { return nil }
      refuse(
        node,
        of: "'repository'",
        expected: "a URL",
        advice: "A definition that stands in the job itself is 'from: inline', not 'from: \(origin.rawValue)'."
      )
      return nil
    }
    return filledString(node, what: "'repository'")
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
