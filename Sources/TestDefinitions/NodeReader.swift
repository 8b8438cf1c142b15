// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAMLDocument

/// Takes values out of YAML nodes and collects what is wrong with them, so that all of it is said at once.
struct NodeReader {
  /// The file as the user named it.
  let file: String
  private(set) var findings = DiagnosticList()

  init(file: String) { self.file = file }

  func place(of mark: YAMLMark) -> SourcePlace {
    SourcePlace(file: file, line: mark.line + 1, column: mark.column + 1)
  }

  mutating func report(
    _ code: String,
    _ message: String,
    at node: YAMLNode,
    severity: Severity = .error,
    expected: String? = nil,
    suggestion: String? = nil,
    advice: String? = nil
  ) {
    findings.add(
      Diagnostic(
        severity,
        code,
        message,
        at: place(of: node.start),
        length: node.length,
        expected: expected,
        suggestion: suggestion,
        advice: advice
      )
    )
  }

  /// The pairs of a mapping; none for a key without a value.
  mutating func pairs(_ node: YAMLNode?, _ name: String) -> [YAMLEntry] {
    guard let node else { return [] }
    if case .mapping(let entries) = node.content { return entries }
    if node.value != .null {
      report("not-a-mapping", "\(name) should be a mapping, this is \(node.kindName)", at: node)
    }
    return []
  }

  /// The items of a list; none for a key without a value.
  mutating func items(_ node: YAMLNode?, _ name: String, advice: String? = nil) -> [YAMLNode] {
    guard let node else { return [] }
    if case .sequence(let items) = node.content { return items }
    if node.value != .null {
      report("not-a-list", "\(name) should be a list, this is \(node.kindName)", at: node, advice: advice)
    }
    return []
  }

  /// The texts of a list of texts.
  mutating func texts(_ node: YAMLNode?, _ name: String) -> [String] {
    items(node, name).enumerated().compactMap { (offset, item) -> String? in
      if case .string(let text) = item.value { return text }
      report(
        "not-a-text",
        "item \(offset + 1) of \(name) should be text, this is \(item.kindName)",
        at: item,
        advice: item.quotingAdvice
      )
      return nil
    }
  }

  /// The shell commands of a list of steps. An empty item (`-` alone) is no step.
  mutating func steps(_ node: YAMLNode?, _ name: String) -> [String] {
    items(node, name, advice: "Write each command as an item of its own: '- COMMAND'.").enumerated().compactMap {
      (offset, item) -> String? in
      switch item.value {
      case .string(let text): return text
      case .null: return nil
      default:
        report(
          "step-not-text",
          "step \(offset + 1) of \(name) should be a shell command, this is \(item.kindName)",
          at: item,
          advice: item.quotingAdvice
        )
        return nil
      }
    }
  }

  /// Warns of the keys that nobody reads, with the one that was probably meant.
  mutating func warnOfUnknownKeys(in entries: [YAMLEntry], of name: String, known: Set<String>, prefix: String? = nil) {
    for entry in entries {
      let key = PythonText.plain(entry.key.value)
      if known.contains(key) { continue }
      if let prefix, key.hasPrefix(prefix) { continue }
      report(
        "unknown-key",
        "'\(key)' is not a key of \(name) and is ignored",
        at: entry.key,
        severity: .warning,
        expected: "one of: " + known.sorted().joined(separator: ", "),
        suggestion: Suggestion.nearest(to: key, among: known.sorted())
      )
    }
  }
}

extension YAMLNode {
  /// What the node is, for a sentence.
  var kindName: String {
    switch value {
    case .null: "empty"
    case .bool(let flag): "the truth value \(flag)"
    case .int(let number): "the number \(number)"
    case .float(let number): "the number \(number)"
    case .timestamp(let text): "the date \(text)"
    case .string: "a text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// What helps where YAML made something else of what was meant as text.
  var quotingAdvice: String? {
    switch content {
    case .scalar(let scalar): "Put it in quotes: '\(scalar.text)'."
    case .mapping: "A ': ' or a ':' at the end of a line makes a mapping of it: put the whole text in quotes."
    case .sequence: nil
    }
  }
}
