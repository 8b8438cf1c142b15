// SPDX-License-Identifier: Apache-2.0

internal import CPosix
internal import Diagnostics
internal import Dispatcher
internal import Events
internal import Files
internal import Glibc
internal import JobModel
internal import Pipeline
internal import Reports
internal import Supervision

/// One run of `lava-run`, from the worker's files to the files that the worker reads.
struct WorkerJob {
  private let options: LavaRunOptions
  private let files: WorkerFiles
  private let folder: JobFolder
  private let control: JobControl
  private let result = JobResult()
  private let mask: SecretMask

  /// Reads the files.
  init(_ options: LavaRunOptions, _ control: JobControl) throws(Failure) {
    self.options = options
    self.control = control
    folder = try JobFolder(options.outputDir)
    files = WorkerFiles(options)
    let secrets = files.job?.secrets.map(\.value) ?? []
    mask = SecretMask(secrets + [options.token].compactMap(\.self))
  }

  /// Runs the job.
  ///
  /// - Returns: the exit code.
  func run() async throws(Failure) -> Int32 {
    let logFile = try LineFileSink.lavaLog(folder.log)
    let screen: [any EventSink] = options.url == nil ? [StandardErrorSink()] : []
    let log = EventLog(sinks: [logFile, result] + screen)
    log.hide((files.job?.secrets.map(\.value) ?? []) + [options.token].compactMap(\.self))
    do throws(Failure) {
      try folder.link(as: files.dispatcher.prefix + options.jobID)
    } catch {
      // Only administrators miss it: the worker reads the log where it told us to write it.
      log.log(.warning, error.description)
    }
    exportEnvironment()
    // After that: what it runs has the same environment.
    if !options.onlyValidates { try Supervisor.start(log: "\(Paths.absolute(folder.path))/supervisor.log") }
    defer { Supervisor.end() }

    let server = options.url.map { HTTPLogServer(url: $0, token: options.token ?? "", jobID: options.jobID) }
    let upload = server.map(upload)
    let sending = upload.map { upload in
      Task { await deliver(upload) }
    }
    let outcome = await runJob(log)
    // Before the upload, which may take long: whoever ends that must not lose the result.
    if let record = result.record { try folder.write(record) }
    if let sending {
      control.watchUpload { sending.cancel() }
      upload?.finish()
      await sending.value
    }
    await server?.close()
    if let failure = logFile.failure { throw failure }
    return outcome.failure == nil ? 0 : LavaRun.failed
  }

  /// What programs on this host get: `LAVA_JOB_ID` and the job's secrets.
  private func exportEnvironment() {
    setenv("LAVA_JOB_ID", options.jobID, 1)
    // A name that no environment takes is still in the board's file.
    for secret in files.job?.secrets ?? [] { setenv(secret.key, secret.value, 1) }
  }
}

// The job.
extension WorkerJob {
  private func runJob(_ log: EventLog) async -> JobOutcome {
    let runner: PipelineRunner
    do throws(Failure) {
      runner = try prepared(log)
    } catch {
      runner = refusal(of: error, log)
    }
    control.watch(runner) { giveUp(log) }
    return await runner.run()
  }

  /// Completes the files of a job that is not waited for: the worker looks for the result.
  private func giveUp(_ log: EventLog) {
    log.log(.error, "Ending at once: the supervisor switches the board off, and the server may not have the whole log")
    let canceled = Failure(.canceled, "canceled-again", "The job was canceled again (too long to cancel)")
    do throws(Failure) {
      try folder.write(result.settle(ResultRecord(ofJobEndedBy: canceled)))
    } catch {
      LavaRun.errors.write(mask.masked("\(error)\n"))
    }
  }

  /// The job ready to run; its description is written.
  private func prepared(_ log: EventLog) throws(Failure) -> PipelineRunner {
    if let failure = files.failure { throw failure }
    guard let job = files.job, let device = files.device else {
      throw Failure(.bug, "no-job", "a job without errors could not be read")
    }
    var settings = RunSettings(
      jobID: options.jobID,
      outputFolder: folder.path,
      share: Terminal.environment("PUMICE_SHARE")
    )
    settings.dispatcher = files.dispatcher
    settings.rules = .lava
    settings.deviceEnvironment = files.environment?.applied(to: Self.ownEnvironment())
    // The worker's environment is what the server says that a job may have.
    settings.urlVariables = Self.ownVariables()
    let context = JobContext(
      job: job,
      device: device,
      settings: settings,
      events: log,
      group: options.onlyValidates ? nil : try GroupNode(worker: job, id: settings.jobID)
    )
    let plan = try context.plan()
    try folder.write(plan)
    var hooks = context.hooks()
    let check = hooks.validate
    hooks.validate = { log async throws(Failure) in
      tellFindings(log)
      try await check?(log)
    }
    return PipelineRunner(plan: options.onlyValidates ? .empty : plan, log: log, hooks: hooks)
  }

  /// A job that only says why it does not run.
  private func refusal(of failure: Failure, _ log: EventLog) -> PipelineRunner {
    let hooks = PipelineRunner.Hooks(
      banner: ["pumice, version \(PumiceVersion.number)"],
      validate: { log async throws(Failure) in
        tellFindings(log)
        throw failure
      }
    )
    return PipelineRunner(plan: .empty, log: log, hooks: hooks)
  }

  /// What was found in the files, a line each.
  private func tellFindings(_ log: EventLog) {
    for finding in files.diagnostics.sorted().items {
      let place = finding.place.map { "\($0): " } ?? ""
      let text = [place + finding.message, finding.advice].compactMap(\.self).joined(separator: ": ")
      let level: LogLevel =
        switch finding.severity {
        case .error: .error
        case .warning: .warning
        case .note: .info
        }
      log.log(level, text)
    }
  }

  /// By name.
  private static func ownVariables() -> [String: String] {
    var variables: [String: String] = [:]
    for line in ownEnvironment() {
      guard let sign = line.firstIndex(of: "=") else { continue }
      variables[String(line[..<sign])] = String(line[line.index(after: sign)...])
    }
    return variables
  }

  /// `NAME=value` each.
  private static func ownEnvironment() -> [String] {
    var lines: [String] = []
    var next = cposix_environment()
    while let line = next?.pointee {
      lines.append(String(cString: line))
      next = next?.successor()
    }
    return lines
  }
}

// The log.
extension WorkerJob {
  private func upload(to server: HTTPLogServer) -> LogUpload {
    LogUpload(
      jobID: options.jobID,
      path: folder.log,
      server: server,
      interval: .seconds(options.jobLogInterval)
    ) { [mask] line in
      LavaRun.errors.write(mask.masked(line) + "\n")
    }
  }

  /// Uploads the log, and says how that went.
  private func deliver(_ upload: LogUpload) async {
    let time = { Timestamp(nanoseconds: SystemTime.now).iso8601 }
    switch await upload.run() {
    case .complete(let lines):
      LavaRun.output.write("\(time()) INFO [LOGGER] POST: total records sent: \(lines)\n")
    case .unknownJob(let sent):
      LavaRun.errors.write(
        "\(time()) ERROR [LOGGER] POST: the server has \(sent) lines; the rest is in \(folder.log)\n"
      )
      control.take(.delete)
    case .aborted(let sent):
      LavaRun.errors.write(
        "Job log upload process terminated due to timeout; logs may be incomplete.\n"
          + "\(time()) ERROR [LOGGER] POST: the server has \(sent) lines; the rest is in \(folder.log)\n"
      )
    case .unreadable(let failure, let sent):
      LavaRun.errors.write(
        "\(time()) EXCEPTION [LOGGER] POST: the server has \(sent) lines: \(mask.masked("\(failure)"))\n"
      )
    }
  }
}

/// Writes each log line to standard error.
private struct StandardErrorSink: EventSink {
  func receive(_ event: Event, index: Int) { LavaRun.errors.write(LogLine.text(of: event) + "\n") }
}
