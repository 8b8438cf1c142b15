// SPDX-License-Identifier: Apache-2.0

// PumiceCLI: the command line. What it prints is for people; what programs read has a --format.

package import ArgumentParser
import Dispatcher

/// The command `pumice`.
package struct Pumice: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "pumice",
    abstract: "Runs LAVA jobs on real boards, without a LAVA server.",
    discussion: """
      Exit codes: 0 every test passed · 1 some test failed · 2 the job is invalid · 3 infrastructure (board, network, \
      services) · 4 job error · 5 canceled · 64 wrong usage · 70 a bug of Pumice's.
      """,
    version: PumiceVersion.number,
    subcommands: [
      RunCommand.self, ValidateCommand.self, PlanCommand.self, OverlayCommand.self, ReplayCommand.self,
      ConvertCommand.self, CoordinatorCommand.self, DeviceCommand.self, DoctorCommand.self, SchemaCommand.self,
    ]
  )

  package init() {}
}
