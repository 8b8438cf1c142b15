// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Diagnostics
import Dispatcher
import JobModel
import Pipeline
import Reports
import YAMLDocument

/// `pumice plan`
package struct PlanCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Prints the tree of actions that a job becomes on a device: the tree that runs.",
    discussion: """
      For the job of a group: the tree of one role's node, with --device role=device; without --device what its roles do, \
      side by side.
      """
  )

  /// How the tree is printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, tsv, json, yaml
  }

  @Argument(help: "The job file; '-' for standard input.")
  var job: String

  @Option(help: ArgumentHelp("The device file.", valueName: "[role=]device"))
  var device: DeviceArgument?

  @Option(help: "text: for people; tsv: level, name, max_retries, timeout in seconds.")
  var format = Format.text

  package init() {}

  package func run() async throws {
    guard let device else { return try drawGroup() }
    let inputs = try Inputs(job: job, device: device.path, role: device.role).checked()
    let settings = RunSettings(jobID: "0", outputFolder: "")
    let plan: Plan
    do throws(Failure) {
      plan = try JobContext(job: inputs.job, device: inputs.device, settings: settings).plan()
    } catch {
      report(error)
      throw ArgumentParser.ExitCode(.invalid)
    }
    switch format {
    case .text: Terminal.output.write(text(of: plan))
    case .tsv: Terminal.output.write(table(of: plan))
    case .json: Terminal.output.write(JSONEmitter.pretty(value(of: plan)) + "\n")
    case .yaml: Terminal.output.write(YAMLEmitter.block(value(of: plan)))
    }
    for warning in plan.warnings { Terminal.error.write("warning: \(warning)\n") }
  }

  /// What the roles of a group do.
  private func drawGroup() throws {
    let inputs = Inputs(job: job)
    Terminal.error.write(inputs.text)
    guard let job = inputs.job else { throw ArgumentParser.ExitCode(.invalid) }
    guard !job.roles.isEmpty else {
      Terminal.error.write("error: the job has no roles: its plan needs a --device\n")
      throw ArgumentParser.ExitCode(.invalid)
    }
    Terminal.output.write(GroupTable(job).text)
    if inputs.diagnostics.hasErrors { throw ArgumentParser.ExitCode(.invalid) }
  }

  private func text(of plan: Plan) -> String {
    plan.actions.map { action in
      let depth = action.level.split(separator: ".").count - 1
      let label = String(repeating: "  ", count: depth) + "\(action.level) \(action.name)"
      let retries = action.maxRetries > 1 ? " x\(action.maxRetries)" : ""
      return "\(label)\(retries)  \(action.timeout.wholeSeconds) s (\(action.timeoutSource.rawValue))\n"
    }.joined()
  }

  private func table(of plan: Plan) -> String {
    "level\tname\tmax_retries\ttimeout_s\n"
      + plan.actions.map { "\($0.level)\t\($0.name)\t\($0.maxRetries)\t\($0.timeout.wholeSeconds)\n" }.joined()
  }

  private func value(of plan: Plan) -> YAMLValue {
    .sequence(
      plan.actions.map { action in
        [
          "level": .string(action.level),
          "name": .string(action.name),
          "summary": .string(action.summary),
          "namespace": .string(action.namespace),
          "max_retries": .int(action.maxRetries),
          "timeout": .int(action.timeout.wholeSeconds),
          "timeout_source": .string(action.timeoutSource.rawValue),
        ]
      }
    )
  }
}

extension Duration {
  /// Seconds, cut.
  var wholeSeconds: Int { Int(components.seconds) }
}
