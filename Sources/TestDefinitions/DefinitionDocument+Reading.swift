// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAMLDocument

extension DefinitionDocument {
  /// The format that every definition has to name.
  private static let format = "Lava-Test Test Definition 1.0"

  /// Reads a definition; what is wrong with it goes to `reader`.
  init(_ node: YAMLNode, _ reader: inout NodeReader) {
    value = node.value
    let entries = reader.pairs(node, "a test definition")
    reader.warnOfUnknownKeys(
      in: entries,
      of: "a test definition",
      known: ["metadata", "params", "parameters", "install", "run", "parse", "expected"]
    )
    projectName = Self.projectName(node, &reader)
    parameters =
      reader.parameters(node["params"], "'params'") + reader.parameters(node["parameters"], "'parameters'")
    install = node.entry("install").map { Install($0.value, &reader) }
    let run = reader.pairs(node["run"], "'run'")
    reader.warnOfUnknownKeys(in: run, of: "'run'", known: ["steps"])
    steps = reader.steps(node["run"]?["steps"], "'run'")
    resultPattern = node["parse"].flatMap { ResultPattern($0, &reader) }
    expected = reader.texts(node["expected"], "'expected'")
  }

  private static func projectName(_ node: YAMLNode, _ reader: inout NodeReader) -> String {
    // That it is no mapping at all has been said already.
    guard case .mapping = node.content else { return "" }
    guard let metadata = node["metadata"] else {
      reader.report(
        "missing-metadata",
        "the test definition has no 'metadata'",
        at: node,
        advice: "Add 'metadata:' with 'name' and 'format: \(format)'."
      )
      return ""
    }
    _ = reader.pairs(metadata, "'metadata'")
    switch metadata["format"]?.value {
    case .string(format): break
    case nil:
      reader.report(
        "definition-format",
        "'metadata' does not say the definition's format",
        at: metadata,
        severity: .warning,
        advice: "Add 'format: \(format)', LAVA's validation asks for it."
      )
    case .some:
      reader.report(
        "definition-format",
        "the definition's format is not the one that LAVA knows",
        at: metadata["format"] ?? metadata,
        severity: .warning,
        expected: "'\(format)'"
      )
    }
    guard let name = metadata["name"] else {
      reader.report(
        "missing-metadata-name",
        "the test definition has no 'metadata.name'",
        at: node.entry("metadata")?.key ?? metadata,
        advice: "Add 'name:' to 'metadata'."
      )
      return ""
    }
    guard case .string(let text) = name.value else {
      reader.report(
        "not-a-text",
        "'metadata.name' should be text, this is \(name.kindName)",
        at: name,
        advice: name.quotingAdvice
      )
      return ""
    }
    return text
  }
}

extension DefinitionDocument.Install {
  fileprivate init(_ node: YAMLNode, _ reader: inout NodeReader) {
    let entries = reader.pairs(node, "'install'")
    reader.warnOfUnknownKeys(
      in: entries,
      of: "'install'",
      known: ["deps", "git-repos", "keys", "sources", "steps"],
      prefix: "deps-"
    )
    keys = reader.texts(node["keys"], "'install.keys'")
    sources = reader.texts(node["sources"], "'install.sources'")
    dependencies = reader.texts(node["deps"], "'install.deps'")
    for entry in entries {
      guard case .string(let key) = entry.key.value, key.hasPrefix("deps-") else { continue }
      distributionDependencies[String(key.dropFirst(5))] = reader.texts(entry.value, "'install.\(key)'")
    }
    steps = reader.steps(node["steps"], "'install'")
    if let repositories = node["git-repos"], !reader.items(repositories, "'install.git-repos'").isEmpty {
      gitRepositories = repositories
    }
  }
}

extension DefinitionDocument.ResultPattern {
  private static let results = ["pass", "fail", "skip", "unknown"]

  fileprivate init?(_ node: YAMLNode, _ reader: inout NodeReader) {
    if case .null = node.value { return nil }
    reader.warnOfUnknownKeys(in: reader.pairs(node, "'parse'"), of: "'parse'", known: ["pattern", "fixupdict"])
    guard let pattern = node["pattern"] else {
      reader.report(
        "missing-pattern",
        "'parse' without a 'pattern' finds no results",
        at: node,
        severity: .warning,
        advice: "Add 'pattern:' with a regular expression that has a group 'test_case_id' and a group 'result'."
      )
      return nil
    }
    guard case .string(let text) = pattern.value else {
      reader.report(
        "not-a-text",
        "'parse.pattern' should be text, this is \(pattern.kindName)",
        at: pattern,
        advice: pattern.quotingAdvice
      )
      return nil
    }
    self.pattern = text
    mark = pattern.start
    fixups = []
    for entry in reader.pairs(node["fixupdict"], "'parse.fixupdict'") {
      let result = PythonText.plain(entry.value.value)
      if !Self.results.contains(result) {
        reader.report(
          "unknown-result",
          "'\(result)' is not a result",
          at: entry.value,
          expected: "one of: " + Self.results.joined(separator: ", "),
          suggestion: Suggestion.nearest(to: result, among: Self.results)
        )
      }
      fixups.append((PythonText.plain(entry.key.value), result))
    }
  }
}

extension NodeReader {
  /// The parameters of a mapping, in its order.
  mutating func parameters(_ node: YAMLNode?, _ name: String) -> [DefinitionParameter] {
    pairs(node, name).map { entry in
      let parameter = DefinitionParameter(PythonText.plain(entry.key.value), entry.value.value)
      if !parameter.hasShellName {
        report(
          "parameter-name",
          "the shell takes no variable of the name '\(parameter.name)'",
          at: entry.key,
          severity: .warning,
          advice: "Use letters, digits and '_' only, and no digit first."
        )
      }
      return parameter
    }
  }
}
