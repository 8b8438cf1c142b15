// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Dispatcher
import Events
import Files
import JobModel
import Multinode
import Pipeline
import Reports
import Synchronization

/// The jobs of a group that run together in this process.
struct GroupRun {
  /// A node that is ready to run.
  private struct Runner: Sendable {
    let seat: GroupSeat
    let facts: NodeFacts
    let pipeline: PipelineRunner
    let collector: ResultCollector
    let reports: ReportFolder
  }

  let name: String
  let folder: String
  private let runners: [Runner]
  private let view: GroupView

  /// - Parameters:
  ///   - folder: for the group's files; each node's go into a folder of it that is named by its id.
  ///   - settings: for all nodes but for what is each one's own.
  ///   - face: the place of a node in its group.
  init(
    _ name: String,
    _ seats: [GroupSeat],
    folder: String,
    settings: RunSettings,
    showsConsole: Bool,
    face: (NodeFacts, GroupMember) -> any GroupFace
  ) throws(Failure) {
    self.name = name
    self.folder = folder
    view = GroupView(.error, labels: seats.map { $0.node.label }, showsConsole: showsConsole)
    try FileSystem.makeFolder(folder)
    var runners: [Runner] = []
    for (number, seat) in seats.enumerated() {
      guard let facts = NodeFacts(seat.node.job) else { continue }
      let files = try JobFiles(node: seat.node.id, in: folder)
      let collector = ResultCollector()
      let events = try LineFileSink.events(
        Paths.join(folder, "events.jsonl"),
        node: files.jobID,
        role: seat.node.role
      )
      let log = EventLog(sinks: try files.reports.openLogs() + [events, collector] + view.sinks(of: number))
      log.hide(seat.node.job.secrets.map(\.value))
      var own = settings
      own.jobID = files.jobID
      own.outputFolder = files.reports.path
      let face = face(facts, GroupMember(client: files.jobID, role: seat.node.role))
      let context = JobContext(
        job: seat.node.job,
        device: seat.device,
        settings: own,
        events: log,
        group: GroupNode(face, facts)
      )
      let pipeline = PipelineRunner(plan: try context.plan(), log: log, hooks: context.hooks())
      runners.append(
        Runner(seat: seat, facts: facts, pipeline: pipeline, collector: collector, reports: files.reports)
      )
    }
    self.runners = runners
  }

  /// Runs all nodes at once. A signal to this process cancels them; so does the end of an essential node that did not come
  /// to its end.
  func run() async throws(Failure) -> Reports.ExitCode {
    let interruption = Interruption { for runner in runners { runner.pipeline.cancel() } }
    let clock = Task {
      // Elapsed time goes on while nothing happens.
      while (try? await Task.sleep(for: .milliseconds(250))) != nil { view.tick() }
    }
    let start = ContinuousClock.now
    let outcomes = await withTaskGroup(of: (Int, JobOutcome).self) { group in
      for (number, runner) in runners.enumerated() {
        group.addTask { (number, await runner.pipeline.run()) }
      }
      var outcomes: [Int: JobOutcome] = [:]
      for await (number, outcome) in group {
        outcomes[number] = outcome
        let runner = runners[number]
        guard outcome.wasStopped, runner.facts.isEssential else { continue }
        let reason = "The essential node \(runner.seat.node.id) (\(runner.facts.role)) did not come to its end"
        for (other, runner) in runners.enumerated() where outcomes[other] == nil {
          runner.pipeline.cancel(because: reason)
        }
      }
      return outcomes
    }
    let duration = start.duration(to: .now)
    clock.cancel()
    await clock.value
    interruption.end()
    view.finish()
    return try report(outcomes, after: duration)
  }

  private func report(_ outcomes: [Int: JobOutcome], after duration: Duration) throws(Failure) -> Reports.ExitCode {
    var nodes: [GroupSummary.Node] = []
    for (number, runner) in runners.enumerated() {
      let seat = runner.seat
      let job = JobSummary(
        id: String(seat.node.id),
        name: seat.node.job.name,
        device: seat.device.hostname.isEmpty ? seat.path : seat.device.hostname
      )
      try runner.reports.write(job, runner.collector)
      nodes.append(
        GroupSummary.Node(
          label: seat.node.label,
          role: seat.node.role,
          job: job,
          outcome: outcomes[number] ?? JobOutcome(),
          collector: runner.collector
        )
      )
    }
    let summary = GroupSummary(name: name, nodes: nodes, duration: duration)
    try FileSystem.writeAtomically(Array(summary.yaml.utf8), to: Paths.join(folder, "group.yaml"))
    Terminal.output.write(summary.text(folder: folder, style: Terminal.output.style))
    return summary.exitCode
  }
}
