// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import Files
package import JobModel
package import Pipeline
import TestDefinitions
import YAMLDocument

// What can be known about a job before it runs.

extension Reading {
  /// Reads the inline definitions of the job and adds what is wrong with them.
  package func checkDefinitions() {
    for item in inlineDefinitions {
      do throws(DiagnosticList) {
        let definition = try TestDefinition(inline: item, file: document.file)
        add(contentsOf: DiagnosticList(definition.warnings))
        if let pattern = definition.document.resultPattern { warn(of: pattern) }
      } catch {
        add(contentsOf: error)
      }
    }
  }
}

extension Reading {
  private func warn(of pattern: DefinitionDocument.ResultPattern) {
    add(
      contentsOf: DiagnosticList([
        Diagnostic(
          .warning,
          "not-supported",
          "results that 'parse' finds in the output are not reported yet",
          at: document.place(of: pattern.mark),
          advice: "Report them with lava-test-case."
        )
      ])
    )
  }
}

extension Job {
  /// Reads a definition of the job.
  func read(_ item: DefinitionItem) throws(Failure) -> TestDefinition {
    do throws(DiagnosticList) {
      return try TestDefinition(inline: item.node, file: file)
    } catch {
      throw Failure(
        .job,
        "definition",
        "the definition '\(item.name)' is invalid: \(error.items.first?.message ?? "")",
        advice: "Run 'pumice validate' on the job: it shows every error with its place.",
        place: error.items.first?.place
      )
    }
  }

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
      },
      tidy: { [self] log in
        await stopServers()
        log.log(.info, "Removing root tmp directory at \(settings.workFolder)")
        do throws(Failure) {
          try FileSystem.removeTree(settings.workFolder)
        } catch {
          log.log(.error, error.description)
        }
      }
    )
  }
}

/// This version of Pumice.
package enum PumiceVersion {
  package static let number = "0.1.0"
}
