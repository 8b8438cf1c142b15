// SPDX-License-Identifier: Apache-2.0

/// One of a test's `definitions`, as it stands in the job.
package struct DefinitionText: Sendable {
  /// An item of a sequence, YAML.
  let text: String

  /// - Parameter flow: a mapping in the flow style.
  package init(flow: String) { text = "- \(flow)" }

  private init(text: String) { self.text = text }

  /// A definition within the job.
  ///
  /// - Parameters:
  ///   - steps: YAML, the items of `run.steps`.
  ///   - keys: more keys of the item in the job, YAML.
  ///   - document: more keys of the definition itself, YAML.
  package static func inline(
    _ name: String,
    steps: String,
    keys: String = "",
    document: String = ""
  ) -> DefinitionText {
    let definition = """
      metadata: {format: Lava-Test Test Definition 1.0, name: \(name)}
      run:
        steps:
      \(steps.indented(by: 2))
      """
    let item = """
      from: inline
      name: \(name)
      path: inline/\(name).yaml
      repository:
      """
    let blocks = [item, definition.indented(by: 2), document.indented(by: 2), keys].filter { !$0.isEmpty }
    return DefinitionText(text: "- " + blocks.joined(separator: "\n").indented(by: 2).dropFirst(2))
  }
}
