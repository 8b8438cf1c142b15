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

  /// What the host clones into the definition's folder.
  package let gitRepositories: [ClonedRepository]

  /// What `from` says (spec test-shell §5.1).
  package enum Origin: String, Sendable, Hashable {
    case inline, git, url, tar, file, bzr
  }

  /// Reads an item of `definitions` with `from: inline`.
  /// - Parameters:
  ///   - entry: the item, with its `repository`.
  ///   - file: the job's file as the user named it.
  /// - Throws: everything that is wrong with it, with its place.
  package init(inline entry: YAMLNode, file: String) throws(DiagnosticList) {
    var reader = NodeReader(file: file)
    _ = reader.pairs(entry, "a definition")
    let job = DefinitionEntry(entry, &reader)
    if let repository = entry["repository"] {
      let document = DefinitionDocument(repository, &reader)
      try self.init(job, document, .inline, &reader, findings: DiagnosticList())
    } else {
      reader.report(
        "missing-repository",
        "the inline definition has no 'repository'",
        at: entry,
        advice: "Put the test definition itself under 'repository:'."
      )
      throw reader.findings.sorted()
    }
  }

  /// Reads an item of `definitions` whose document stands in a file of its own.
  /// - Parameters:
  ///   - entry: the item.
  ///   - file: the job's file as the user named it.
  ///   - document: the definition; places are in the file that it names.
  /// - Throws: everything that is wrong with either, with its place.
  package init(
    entry: YAMLNode,
    file: String,
    document: YAMLDocument,
    origin: Origin
  ) throws(DiagnosticList) {
    var reader = NodeReader(file: file)
    let job = DefinitionEntry(entry, &reader)
    let findings = reader.findings
    reader = NodeReader(file: document.file)
    try self.init(job, DefinitionDocument(document.root, &reader), origin, &reader, findings: findings)
  }

  /// - Parameters:
  ///   - reader: of the document.
  ///   - findings: what was found elsewhere.
  private init(
    _ entry: DefinitionEntry,
    _ document: DefinitionDocument,
    _ origin: Origin,
    _ reader: inout NodeReader,
    findings: DiagnosticList
  ) throws(DiagnosticList) {
    self.entry = entry
    self.document = document
    self.origin = origin
    if let repositories = document.install?.gitRepositories, !entry.skips(.gitRepositories) {
      gitRepositories = ClonedRepository.all(in: repositories, document.parameters + entry.parameters, &reader)
    } else {
      gitRepositories = []
    }
    var all = findings
    for finding in reader.findings.items { all.add(finding) }
    guard !all.hasErrors else { throw all.sorted() }
    warnings = all.items
  }

  /// What is wrong with an item of `definitions` whose document is not at hand.
  package static func findings(entry: YAMLNode, file: String) -> DiagnosticList {
    var reader = NodeReader(file: file)
    _ = DefinitionEntry(entry, &reader)
    return reader.findings
  }

  /// The test cases that have to be reported: the job's word counts before the definition's.
  package var expected: [String] { entry.expected ?? document.expected }
}
