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
  /// The items of `definitions` with `from: inline`, whether the job is right or not: what they hold is checked by
  /// whoever knows test definitions.
  package internal(set) var inlineDefinitions: [YAMLNode] = []

  package init(_ document: YAMLDocument, isStrict: Bool = false) {
    self.document = document
    self.isStrict = isStrict
    for warning in document.warnings { diagnostics.add(warning) }
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
    diagnostics.add(
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

  package func add(contentsOf list: DiagnosticList) { diagnostics.add(contentsOf: list) }

  /// Refuses a value of the wrong type, in words.
  func refuse(_ node: YAMLNode, of what: String, expected: String, advice: String? = nil) {
    report(
      .error,
      "wrong-type",
      "\(what) cannot be \(node.spoken)",
      at: node,
      expected: expected,
      advice: advice
    )
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
      case .bool: "the boolean '\(scalar.text)'"
      case .int, .float: "the number '\(scalar.text)'"
      case .timestamp: "the date '\(scalar.text)'"
      case .string, .sequence, .mapping: "the text '\(scalar.text)'"
      }
    }
  }

  var isNull: Bool {
    guard case .scalar(let scalar) = content else { return false }
    return scalar.value == .null
  }

  /// The text of a scalar key, however YAML resolves it.
  var keyText: String? {
    guard case .scalar(let scalar) = content else { return nil }
    return scalar.text
  }
}
