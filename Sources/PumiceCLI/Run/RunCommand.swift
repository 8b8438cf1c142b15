// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Diagnostics
import Dispatcher
import Events
import Files
import JobModel
import Pipeline
import Reports
import Supervision

/// `pumice run`
package struct RunCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a job on a device and leaves its results.",
    discussion: """
      Without --device the job runs in a shell of its own on this host, in namespaces, for quick trials; its boot \
      method must be 'minimal'. Ctrl-C or TERM stops the job: the board is switched off and the files are completed.

      The job of a group runs on all its devices at once: --device server=A --device client=B. A device that is given \
      once for a role with several nodes is started for each; give it several times where they are boards.
      """
  )

  @Argument(help: "The job file; '-' for standard input.")
  var job: String

  @Option(help: ArgumentHelp("The device file.", valueName: "[role=]device"))
  var device: [DeviceArgument] = []

  @Option(help: "The folder for the job's files. (default: pumice-jobs/<job id>)")
  var output: String?

  @Option(help: "The job's id, digits. (default: the next one that is free)")
  var jobID: String?

  @Flag(help: "Refuse results that no sum proves to be of this run (docs/Signals.md).")
  var strictSignals = false

  @Flag(help: "Show what the board prints.")
  var console = false

  @OptionGroup
  var group: GroupOptions

  @OptionGroup
  var verdicts: VerdictOptions

  package init() {}

  package func validate() throws {
    if let jobID, jobID.isEmpty || !jobID.allSatisfy({ $0.isASCII && $0.isNumber }) {
      throw ValidationError("--job-id takes digits: scripts on boards look for /lava-<digits>")
    }
  }

  package func run() async throws {
    let code: Reports.ExitCode
    do throws(Failure) {
      code = try await runJob()
    } catch {
      report(error)
      code = Reports.ExitCode(JobOutcome(failure: error), ResultCounts([]))
    }
    if code != .success { throw ArgumentParser.ExitCode(code) }
  }

  private func runJob() async throws(Failure) -> Reports.ExitCode {
    var inputs = Inputs(job: job)
    if let job = inputs.job, !job.roles.isEmpty { return try await runGroup(&inputs, job) }
    guard device.count <= 1, device.first?.role == nil, group.coordinator == nil else {
      Terminal.error.write(inputs.text)
      if inputs.job != nil {
        Terminal.error.write("error: the job has no roles: give it one --device, without a role\n")
      }
      return .invalid
    }
    let devicePath = if let named = device.first { named.path } else { try ShippedDevices.local() }
    inputs.choose(devicePath)
    Terminal.error.write(inputs.text)
    guard !inputs.diagnostics.hasErrors, let job = inputs.job, let device = inputs.device else {
      if self.device.isEmpty { Terminal.error.write("note: no --device is given, so \(devicePath) was taken\n") }
      return .invalid
    }

    let files = try JobFiles(folder: output, jobID: jobID)
    try Supervisor.start(log: "\(Paths.absolute(files.reports.path))/supervisor.log")
    defer { Supervisor.end() }
    let view = ProgressView(.error, showsConsole: console)
    let run = try JobRun(job, on: device, at: devicePath, files: files, settings: try settings, sinks: [view])
    let interruption = Interruption { run.pipeline.cancel() }
    let outcome = await view.accompany { await run.pipeline.run() }
    interruption.end()
    try run.report()
    let text = Summary(run.summary, outcome, run.collector, style: Terminal.output.style)
      .text(folder: files.reports.path, files: try files.names())
    Terminal.output.write(text)
    return Reports.ExitCode(outcome, ResultCounts(run.collector))
  }

  /// Those that do not depend on which job it is.
  private var settings: RunSettings {
    get throws(Failure) {
      var settings = RunSettings(jobID: "", outputFolder: "", share: Terminal.environment("PUMICE_SHARE"))
      settings.dispatcher = try UserConfiguration.read()
      settings.strictSignals = strictSignals
      settings.rules = verdicts.rules
      return settings
    }
  }

  /// Runs all nodes of a group's job in this process.
  private func runGroup(_ inputs: inout Inputs, _ group: Job) async throws(Failure) -> Reports.ExitCode {
    let jobs = Paths.absolute("pumice-jobs")
    if output == nil { try FileSystem.makeFolder(jobs) }
    let firstID: Int =
      if let jobID, let id = Int(jobID) { id } else if output == nil { try JobFiles.freeID(in: jobs) } else { 1 }
    let seats = try inputs.seats(
      device,
      local: { () throws(Failure) in try ShippedDevices.local() },
      firstID: firstID,
      group: self.group.group ?? "group-\(firstID)",
      isWhole: self.group.coordinator == nil
    )
    Terminal.error.write(inputs.text)
    guard !inputs.diagnostics.hasErrors, let lastID = seats.last?.node.id else { return .invalid }
    let folder = output.map { Paths.absolute($0) } ?? Paths.join(jobs, "\(firstID)-\(lastID)")
    OpenFiles.raiseLimit()
    let run = try GroupRun(
      group.name,
      seats,
      folder: folder,
      settings: try settings,
      showsConsole: console,
      face: self.group.faces()
    )
    try Supervisor.start(log: "\(folder)/supervisor.log")
    defer { Supervisor.end() }
    return try await run.run()
  }
}
