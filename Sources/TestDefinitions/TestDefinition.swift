// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import YAMLDocument

/// A definition that a job wants to run, read and checked; `folder(in:)` gives the files that the target gets.
package struct TestDefinition: Sendable {
  package let entry: DefinitionEntry
  package let document: DefinitionDocument
  /// Where the definition's document came from: `branch_vcs` of `testdef_metadata`.
  package let origin: Origin
  /// What was accepted and is probably not meant.
  package let warnings: [Diagnostic]

  package enum Origin: String, Sendable, Hashable {
    case inline
  }

  /// Reads an item of `definitions` with `from: inline`.
  /// - Parameters:
  ///   - entry: the item, with its `repository`.
  ///   - file: the job's file as the user named it.
  /// - Throws: everything that is wrong with it, with its place.
  package init(inline entry: YAMLNode, file: String) throws(DiagnosticList) {
    var reader = NodeReader(file: file)
    _ = reader.pairs(entry, "a definition")
    self.entry = DefinitionEntry(entry, &reader)
    origin = .inline
    if let repository = entry["repository"] {
      document = DefinitionDocument(repository, &reader)
    } else {
      reader.report(
        "missing-repository",
        "the inline definition has no 'repository'",
        at: entry,
        advice: "Put the test definition itself under 'repository:'."
      )
      document = DefinitionDocument(
        value: .null,
        projectName: "",
        parameters: [],
        install: nil,
        steps: [],
        resultPattern: nil,
        expected: []
      )
    }
    if let repositories = document.install?.gitRepositories, !self.entry.skips(.gitRepositories) {
      reader.report(
        "unsupported-git-repos",
        "'install.git-repos' cannot be cloned by this version",
        at: repositories,
        advice: "Add 'git-repos' to 'skip_install', or clone in a step."
      )
    }
    guard !reader.findings.hasErrors else { throw reader.findings.sorted() }
    warnings = reader.findings.items
  }

  /// The test cases that have to be reported: the job's word counts before the definition's.
  package var expected: [String] { entry.expected ?? document.expected }
}
