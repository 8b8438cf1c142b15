// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import YAMLDocument

/// One pass over a file that a person wrote: the document, how strict to be, and everything found on the way.
///
/// Readers report and go on, so that all errors of a file come at once.
package final class Reading {
  package let document: YAMLDocument
  /// Unknown keys are errors, not warnings.
  package let isStrict: Bool
  package private(set) var diagnostics = DiagnosticList()
  /// What was said already: a node that aliases repeat is read several times and is wrong once.
  private var said: Set<Diagnostic> = []
  /// The items of `definitions` with `from: inline`, whether the job is right or not: what they hold is checked by
  /// whoever knows test definitions. A misspelled key that is reported here stands in them as it was meant.
  package internal(set) var inlineDefinitions: [YAMLNode] = []
  /// The other items of `definitions` that are right as far as the job goes; what of them belongs to the definition is
  /// checked there as well.
  package internal(set) var repositoryDefinitions: [YAMLNode] = []
  /// Every timeout that LAVA compares with the job's own, with what it is for and where it stands.
  var timeouts: [(what: String, duration: Duration, node: YAMLNode)] = []

  /// What is asked of the document, where a schema is made of that.
  var inquiry: Inquiry?

  package init(_ document: YAMLDocument, isStrict: Bool = false) {
    self.document = document
    self.isStrict = isStrict
    for warning in document.warnings { add(warning) }
  }

  package func place(of node: YAMLNode) -> SourcePlace { document.place(of: node) }

  package func report(
    _ severity: Severity,
    _ code: String,
    _ message: String,
    at node: YAMLNode,
    expected: String? = nil,
    suggestion: String? = nil,
    advice: String? = nil
  ) {
    add(
      Diagnostic(
        severity,
        code,
        message,
        at: place(of: node),
        length: node.length,
        expected: expected,
        suggestion: suggestion,
        advice: advice
      )
    )
  }

  package func add(contentsOf list: DiagnosticList) { list.items.forEach(add) }

  func add(_ diagnostic: Diagnostic) {
    if said.insert(diagnostic).inserted { diagnostics.add(diagnostic) }
  }

  /// Refuses a value of the wrong type, in words.
  func refuse(_ node: YAMLNode, of what: String, expected: String, advice: String? = nil) {
    report(
      .error,
      "wrong-type",
      "\(what) cannot be \(node.spoken)",
      at: node,
      expected: expected,
      advice: advice ?? node.unquotingAdvice
    )
  }

  /// Refuses something of LAVA that this version cannot do.
  func refuseUnsupported(_ message: String, at node: YAMLNode, expected: String? = nil, advice: String? = nil) {
    report(
      .error,
      "not-supported",
      message,
      at: node,
      expected: expected,
      advice: advice ?? "See the table of limits in README.md."
    )
  }
}

// MARK: - Scalars

extension Reading {
  /// The text of a scalar that YAML takes for a text.
  func string(_ node: YAMLNode, what: String) -> String? {
    switch node.content {
    case .scalar(let scalar):
      if case .string(let text) = scalar.value { return text }
      let quotes = scalar.value == .null ? nil : "Put it in quotes: '\(scalar.text)'."
      refuse(node, of: what, expected: "a text", advice: quotes)
    case .mapping:
      let advice = "A ': ', or a ':' at the end, makes a mapping of a text; put such a text in quotes."
      refuse(node, of: what, expected: "a text", advice: advice)
    case .sequence:
      refuse(node, of: what, expected: "a text")
    }
    return nil
  }

  /// The text of a scalar that is not empty.
  func filledString(_ node: YAMLNode, what: String) -> String? {
    guard let text = string(node, what: what) else { return nil }
    guard !text.isEmpty else {
      report(.error, "empty-text", "\(what) cannot be an empty text", at: node)
      return nil
    }
    return text
  }

  /// A text that becomes the name of a folder, as namespaces and the labels of images do; or of a file.
  func folderName(_ node: YAMLNode, what: String, of kind: String = "folder") -> String? {
    guard let text = filledString(node, what: what) else { return nil }
    let isControl = { (scalar: Unicode.Scalar) in scalar.properties.generalCategory == .control }
    guard text != ".", text != "..", !text.contains("/"), !text.unicodeScalars.contains(where: isControl) else {
      report(
        .error,
        "not-a-name",
        "\(what) becomes a \(kind)'s name, which '\(text.shortened)' cannot be",
        at: node,
        expected: "a name without '/'"
      )
      return nil
    }
    return text
  }

  /// The finite number of a scalar.
  func number(_ node: YAMLNode) -> Double? {
    guard case .scalar(let scalar) = node.content else { return nil }
    switch scalar.value {
    case .int(let number): return Double(number)
    case .float(let number) where number.isFinite: return number
    default: return nil
    }
  }
}

extension YAMLNode {
  /// What the node holds, for a sentence: `the text 'ten'`, `a list`.
  var spoken: String {
    switch content {
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .scalar(let scalar):
      switch scalar.value {
      case .null: "empty"
      case .bool: "the boolean '\(scalar.text.shortened)'"
      case .int, .float: "the number '\(scalar.text.shortened)'"
      case .timestamp: "the date '\(scalar.text.shortened)'"
      case .string where scalar.text.isEmpty: "an empty text"
      case .string, .sequence, .mapping: "the text '\(scalar.text.shortened)'"
      }
    }
  }

  var isNull: Bool {
    guard case .scalar(let scalar) = content else { return false }
    return scalar.value == .null
  }

  /// The text of a key that YAML takes for a text.
  var keyText: String? {
    guard case .scalar(let scalar) = content, case .string(let text) = scalar.value else { return nil }
    return text
  }

  /// What helps where quotes make a text of a number or a boolean.
  var unquotingAdvice: String? {
    guard case .scalar(let scalar) = content, case .string(let text) = scalar.value, !scalar.isPlain else { return nil }
    let booleans = ["true", "false", "yes", "no", "on", "off"]
    guard Double(text)?.isFinite == true || booleans.contains(text.lowercased()) else { return nil }
    return "Remove the quotes: \(text)."
  }
}

extension String {
  /// The beginning of a text, long enough to recognise it in a sentence.
  var shortened: String {
    let limit = 40
    guard unicodeScalars.count > limit else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.prefix(limit))) + "…"
  }
}
