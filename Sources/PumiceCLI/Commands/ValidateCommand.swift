// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Diagnostics
import Reports
import YAMLDocument

/// `pumice validate`
package struct ValidateCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks a job, and a device if one is given; reports everything at once.",
    discussion: "Ends with 0 when the files are valid, with 2 when they are not."
  )

  /// How findings are printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: "The job file; '-' for standard input.")
  var job: String

  @Option(help: ArgumentHelp("The device file; of a group, one for each role.", valueName: "[role=]device"))
  var device: [DeviceArgument] = []

  @Flag(help: "Refuse keys that Pumice does not know, instead of warning.")
  var strict = false

  @Option(help: "text: for people; json: a list of findings for editors and bots.")
  var format = Format.text

  package init() {}

  package func run() async throws {
    var inputs = Inputs(job: job, isStrict: strict)
    let group = inputs.job
    for device in device {
      inputs.choose(device.path, role: device.role, of: group)
    }
    switch format {
    case .text:
      Terminal.error.write(inputs.text)
      if !inputs.diagnostics.hasErrors { Terminal.output.write("\(job): valid\n") }
    case .json:
      Terminal.output.write(JSONEmitter.pretty(inputs.diagnostics.sorted().yamlValue) + "\n")
    }
    if inputs.diagnostics.hasErrors { throw ArgumentParser.ExitCode(.invalid) }
  }
}
