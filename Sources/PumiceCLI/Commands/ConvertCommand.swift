// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Diagnostics
import JobModel
import Reports
import YAMLDocument

/// `pumice convert`
package struct ConvertCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Prints the job that a LAVA V1 job with a group of virtual machines becomes.",
    discussion: "Ends with 2 where it cannot be converted. What has to be looked at is told on standard error."
  )

  @Argument(help: "The V1 job, JSON with a 'vm_group'; '-' for standard input.")
  var job: String

  package init() {}

  package func run() async throws {
    var files = SourceFiles()
    let (converted, findings) = read(&files)
    Terminal.error.write(DiagnosticTextRenderer(sources: files.texts).render(findings))
    guard let converted else { throw ArgumentParser.ExitCode(.invalid) }
    Terminal.output.write(YAMLEmitter.block(converted.converted))
  }

  private func read(_ files: inout SourceFiles) -> (VMGroupJob?, DiagnosticList) {
    do throws(DiagnosticList) {
      let reading = Reading(try files.read(job, as: .job))
      return (VMGroupJob(reading), reading.diagnostics)
    } catch {
      return (nil, error)
    }
  }
}
