// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import Events
import Files
package import JobModel
import Overlay
import Patterns
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

  /// What the device cannot do for this job.
  package func findings(on device: Device) -> DiagnosticList {
    var findings = DiagnosticList()
    for action in actions {
      let place = place(of: action.common.node)
      switch action.body {
      case .deploy(let deploy): findings.add(contentsOf: self.findings(deploy, on: device, at: place))
      case .boot(let boot): findings.add(contentsOf: self.findings(boot, on: device, at: place))
      case .test(let block):
        for item in block.definitions where !item.isInline {
          findings.add(
            Diagnostic(
              .warning,
              "definition-not-supported",
              "the definition '\(item.name)' is not inline: 'run' of this version of Pumice will refuse it",
              at: self.place(of: item.node),
              advice: "Put the definition into the job with 'from: inline'."
            )
          )
        }
      }
    }
    return findings
  }

  private func findings(_ deploy: Deploy, on device: Device, at place: SourcePlace) -> DiagnosticList {
    var findings = DiagnosticList()
    let (to, method) =
      switch deploy.method {
      case .tmpfs: ("tmpfs", "image")
      case .overlay: ("overlay", "overlay")
      }
    if device.deployMethod(method) == nil {
      findings.add(
        Diagnostic(
          .error,
          "device-cannot-deploy",
          "the device \(device.file) cannot deploy to \(to)",
          at: place,
          advice: "It needs '\(method)' under actions.deploy.methods."
        )
      )
    }
    if case .tmpfs(let images) = deploy.method {
      for image in images where !ImageURL(image.url).isLocal {
        findings.add(
          Diagnostic(
            .warning,
            "download-not-supported",
            "'\(image.url)' cannot be fetched by this version of Pumice: 'run' will refuse it",
            at: self.place(of: image.node),
            advice: "Fetch it yourself and give its path, relative to the job's file."
          )
        )
      }
    }
    if let os = deploy.os, DeploymentData(os: os) == nil {
      findings.add(
        Diagnostic(
          .warning,
          "unknown-os",
          "'\(os)' is not an operating system that Pumice knows: the device's own shell is used",
          at: place,
          expected: "one of: \(DeploymentData.names.joined(separator: ", "))",
          suggestion: Suggestion.nearest(to: os, among: DeploymentData.names)
        )
      )
    }
    return findings
  }

  private func findings(_ boot: Boot, on device: Device, at place: SourcePlace) -> DiagnosticList {
    var findings = DiagnosticList()
    if device.bootMethod(boot.method.rawValue) == nil {
      let known = device.bootMethods.mapping?.compactMap(\.key.string) ?? []
      findings.add(
        Diagnostic(
          .error,
          "device-cannot-boot",
          "the device \(device.file) cannot boot with method '\(boot.method.rawValue)'",
          at: place,
          expected: known.isEmpty ? nil : "one of: \(known.sorted().joined(separator: ", "))",
          advice: "Choose another method, or another device."
        )
      )
    }
    for pattern in boot.patterns {
      do throws(PatternError) {
        _ = try Pattern(pattern)
      } catch {
        findings.add(
          Diagnostic(.error, "bad-pattern", "'\(pattern)' is not a regular expression: \(error.reason)", at: place)
        )
      }
    }
    return findings
  }
}

extension Boot {
  /// Every regular expression that the boot waits for.
  fileprivate var patterns: [String] {
    let more = [autoLogin?.loginPrompt, autoLogin?.passwordPrompt, kernelStartMessage, failureMessage]
    return prompts + more.compactMap(\.self)
  }
}

extension JobContext {
  /// What the pipeline's runner does at the job's turns.
  package func hooks() -> PipelineRunner.Hooks {
    PipelineRunner.Hooks(
      banner: ["pumice, version \(PumiceVersion.number)"],
      validate: { [self] _ async throws(Failure) in try checkImages() },
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
