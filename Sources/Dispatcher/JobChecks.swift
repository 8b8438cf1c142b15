// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Files
package import JobModel
import Patterns
package import Pipeline
import Repositories
import TestDefinitions
import YAMLDocument

// What can be known about a job before it runs.

extension Reading {
  /// Reads the inline definitions of the job, and what the job says of the others, and adds what is wrong with them.
  /// Nothing is fetched.
  package func checkDefinitions() {
    for item in repositoryDefinitions {
      add(contentsOf: TestDefinition.findings(entry: item, file: document.file))
      if item["from"]?.value == "git", let repository = item["repository"] { checkAddress(repository) }
    }
    for item in inlineDefinitions {
      do throws(DiagnosticList) {
        let definition = try TestDefinition(inline: item, file: document.file)
        add(contentsOf: DiagnosticList(definition.warnings))
        if let pattern = definition.document.resultPattern { check(pattern) }
      } catch {
        add(contentsOf: error)
      }
    }
  }
}

extension Reading {
  private func checkAddress(_ repository: YAMLNode) {
    do throws(Failure) {
      _ = try GitAddress(repository.value.string ?? "", from: "/")
    } catch {
      report(.error, error.code, error.message, at: repository, advice: error.advice)
    }
  }

  /// What is wrong with a `parse` pattern, but what LAVA takes: that shows only when it matches (spec signals §7).
  private func check(_ parse: DefinitionDocument.ResultPattern) {
    let place = document.place(of: parse.mark)
    do throws(PatternError) {
      let pattern = try Pattern(parse.pattern, .multiline)
      for group in ["test_case_id", "result"] where pattern.groupNames[group] == nil {
        add(
          Diagnostic(
            .warning,
            "missing-group",
            "the pattern has no group '\(group)': the test ends with an error where it matches",
            at: place,
            advice: "Mark the part of the pattern that is it: (?P<\(group)>...)."
          )
        )
      }
      guard try pattern.firstMatch(in: []) != nil else { return }
      add(
        Diagnostic(
          .error,
          "pattern-matches-nothing",
          "the pattern '\(parse.pattern)' matches an empty text: it would never come to an end",
          at: place,
          advice: "Make at least one character of it necessary."
        )
      )
    } catch {
      add(error.diagnostic(at: place))
    }
  }

  private func add(_ diagnostic: Diagnostic) { add(contentsOf: DiagnosticList([diagnostic])) }
}

extension Job {
  /// Where a node of the job stands.
  func place(of node: YAMLNode) -> SourcePlace {
    SourcePlace(file: file, line: node.start.line + 1, column: node.start.column + 1)
  }
}

extension JobContext {
  /// What the pipeline's runner does at the job's turns.
  package func hooks() -> PipelineRunner.Hooks {
    PipelineRunner.Hooks(
      banner: ["pumice, version \(PumiceVersion.number)"],
      validate: { [self] log async throws(Failure) in
        try checkStrategies()
        try await checkImages(log)
        try checkRepositories()
        try checkContainers()
        try takeObligations()
      },
      setUp: { [group] log async throws(Failure) in try await group.begin(log) },
      over: { [group] failure in await group.end(failure) },
      tidy: { [self] log in
        await stopServers()
        log.log(.info, "Removing root tmp directory at \(settings.workFolder)")
        do throws(Failure) {
          try FileSystem.removeTree(settings.workFolder)
        } catch {
          log.log(.error, error.description)
        }
      },
      rules: settings.rules
    )
  }
}

/// This version of Pumice.
package enum PumiceVersion {
  package static let number = "0.1.0"
}
