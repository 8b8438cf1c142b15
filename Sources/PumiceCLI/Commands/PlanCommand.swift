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
    let listing = PlanListing(plan)
    switch format {
    case .text: Terminal.output.write(listing.text)
    case .tsv: Terminal.output.write(listing.table)
    case .json: Terminal.output.write(JSONEmitter.pretty(listing.value) + "\n")
    case .yaml: Terminal.output.write(YAMLEmitter.block(listing.value))
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
}
