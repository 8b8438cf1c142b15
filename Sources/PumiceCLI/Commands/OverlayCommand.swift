// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Diagnostics
import Dispatcher
import Events
import Files
import Pipeline
import Reports

/// `pumice overlay`
package struct OverlayCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "overlay",
    abstract: "Builds the overlay of a job and nothing else."
  )

  @Argument(help: "The job file; '-' for standard input.")
  var job: String

  @Option(help: "The device file.")
  var device: String

  @Option(help: "The job's id, digits.")
  var jobID = "1"

  @Option(help: ArgumentHelp("Where the tarball goes.", valueName: "file.tar.gz"))
  var output: String

  package init() {}

  package func run() async throws {
    let inputs = try Inputs(job: job, device: device).checked()
    do throws(Failure) {
      let folder = try FileSystem.makeTemporaryFolder()
      defer { removeFolder(folder) }
      let context = JobContext(
        job: inputs.job,
        device: inputs.device,
        settings: RunSettings(jobID: jobID, outputFolder: folder, share: Terminal.environment("PUMICE_SHARE"))
      )
      let plan = try context.plan().limited(to: "lava-overlay")
      let outcome = await PipelineRunner(plan: plan, log: context.events).run()
      if let failure = outcome.failure { throw failure }
      let tarballs = context.overlayTarballs
      guard let tarball = tarballs.first else {
        throw Failure(
          .job,
          "no-overlay",
          "\(job) needs no overlay: it has no test with definitions",
          advice: "Add a test action with 'definitions' after a deploy."
        )
      }
      try FileSystem.copy(tarball, to: output)
      for other in tarballs.dropFirst() {
        Terminal.error.write("warning: the job has another overlay, \(Paths.name(of: other)), which was not written\n")
      }
    } catch {
      report(error)
      throw ArgumentParser.ExitCode(Reports.ExitCode(JobOutcome(failure: error), ResultCounts([])))
    }
  }

  /// What cannot be removed is said; it does not spoil the result.
  private func removeFolder(_ folder: String) {
    do throws(Failure) {
      try FileSystem.removeTree(folder)
    } catch {
      report(error)
    }
  }
}
