// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import TestDefinitions
import Testing
import YAMLDocument

/// Definitions whose document is a file of a repository, and the repositories that a definition asks for.
@Suite struct RepositoryTests {
  private static let metadata = "metadata: {name: x, format: Lava-Test Test Definition 1.0}"

  private func definition(
    entry: String = "{name: n, path: a/t.yaml}",
    _ document: String,
    origin: TestDefinition.Origin = .git
  ) throws -> TestDefinition {
    try TestDefinition(
      entry: YAMLDocument(parsing: Array(entry.utf8), file: "job.yaml").root,
      file: "job.yaml",
      document: YAMLDocument(parsing: Array(document.utf8), file: "https://x/y.git:a/t.yaml"),
      origin: origin
    )
  }

  @Test func theRepositorysFileStaysAsItIs() throws {
    let definition = try definition("\(Self.metadata)\nrun: {steps: [pwd]}\n")
    let context = DefinitionContext(
      jobID: "4242",
      level: "1.2.1",
      index: 0,
      stage: 0,
      resultsDirectory: "/lava-4242",
      commit: "0123abcd"
    )
    let files = definition.folder(in: context).files
    #expect(files.map(\.path) == ["testdef.yaml", "uuid", "testdef_metadata", "run.sh"])
    // Spec test-shell §5.2: the keys in this order, the commit for git.
    #expect(
      String(decoding: files[2].bytes, as: UTF8.self) == """
        os: ''
        devices: ''
        environment: ''
        branch_vcs: git
        project_name: x
        commit_id: 0123abcd

        """
    )
  }

  @Test func errorsOfBothFilesComeAtOnceWithTheirPlaces() throws {
    let list = #expect(throws: DiagnosticList.self) {
      try definition(entry: "{name: a.b, path: a/t.yaml}", "\(Self.metadata)\nrun:\n  steps: [false]\n")
    }
    #expect(
      list?.items.map { "\($0.place.map { "\($0)" } ?? "") \($0.code)" } == [
        "https://x/y.git:a/t.yaml:3:11 step-not-text", "job.yaml:1:8 definition-name",
      ]
    )
  }

  /// Spec test-shell §5.5.
  @Test func repositoriesOfInstall() throws {
    let definition = try definition(
      entry: "{name: n, path: t.yaml, parameters: {WHERE: there, BRANCH: 1.5}}",
      """
      \(Self.metadata)
      params: {SOURCE: "https://x/from-params.git", WHERE: overridden}
      install:
        git-repos:
        - https://example.org/group/tool.git
        - git@example.org:group/other/
        - {url: SOURCE, branch: BRANCH, destination: WHERE, skip_by_default: true}
        - url: http://example.org/plain
      """
    )
    #expect(
      definition.gitRepositories.map { [$0.url, $0.branch ?? "-", $0.destination] } == [
        ["https://example.org/group/tool.git", "-", "tool"],
        ["git@example.org:group/other/", "-", "other"],
        ["https://x/from-params.git", "1.5", "there"],
        ["http://example.org/plain", "-", "plain"],
      ]
    )
  }

  @Test(arguments: ["git-repos", "all"]) func repositoriesCanBeSkipped(word: String) throws {
    let definition = try definition(
      entry: "{name: n, path: t.yaml, skip_install: [\(word)]}",
      "{\(Self.metadata), install: {git-repos: [http://example.org/x.git]}}"
    )
    #expect(definition.gitRepositories.isEmpty)
  }

  @Test(arguments: ["run.sh", "..", ".", "a/b", ""])
  func destinationsThatAreNoFolderOfTheDefinition(name: String) throws {
    let list = #expect(throws: DiagnosticList.self) {
      try definition("{\(Self.metadata), install: {git-repos: [{url: http://example.org/x, destination: '\(name)'}]}}")
    }
    #expect(list?.items.map(\.code) == ["git-repos-destination"])
  }
}
