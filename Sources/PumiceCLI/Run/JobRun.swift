// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Dispatcher
import Events
import JobModel
import Pipeline
import Reports

/// A job that is ready to run on its device, and what it leaves: alone, or as a node of a group.
struct JobRun: Sendable {
  let summary: JobSummary
  let files: JobFiles
  let pipeline: PipelineRunner
  let collector = ResultCollector()

  /// - Parameters:
  ///   - path: where the device's file is: its name where the file gives it none.
  ///   - settings: whose job id and folder become those of `files`.
  ///   - sinks: that get the job's events beside its files.
  ///   - group: nil where the board is alone.
  ///   - failed: told at once what has stopped the job, while its board is still on.
  init(
    _ job: Job,
    on device: Device,
    at path: String,
    files: JobFiles,
    settings: RunSettings,
    sinks: [any EventSink],
    group: GroupNode? = nil,
    failed: (@Sendable (Failure) -> Void)? = nil
  ) throws(Failure) {
    summary = JobSummary(
      id: files.jobID,
      name: job.name,
      device: device.hostname.isEmpty ? path : device.hostname
    )
    self.files = files
    let log = EventLog(sinks: try files.reports.openLogs() + [collector] + sinks)
    log.hide(job.secrets.map(\.value))
    var settings = settings
    settings.jobID = files.jobID
    settings.outputFolder = files.reports.path
    let context = JobContext(job: job, device: device, settings: settings, events: log, group: group)
    var hooks = context.hooks()
    let over = hooks.over
    hooks.over = { failure in
      if let failure { failed?(failure) }
      await over?(failure)
    }
    pipeline = PipelineRunner(plan: try context.plan(), log: log, hooks: hooks)
  }

  /// Writes the reports of the job, which is over.
  func report() throws(Failure) { try files.reports.write(summary, collector) }
}
