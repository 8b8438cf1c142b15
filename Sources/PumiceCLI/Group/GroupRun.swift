// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Dispatcher
import Events
import Files
import JobModel
import Multinode
import Pipeline
import Reports

/// The jobs of a group that run together in this process.
struct GroupRun {
  /// A node that is ready to run.
  private struct Node: Sendable {
    let job: NodeJob
    let facts: NodeFacts
    let member: GroupMember
    let run: JobRun
  }

  let name: String
  let folder: String
  private let nodes: [Node]
  private let guests = Guests()
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
    var nodes: [Node] = []
    for (number, seat) in seats.enumerated() {
      guard let facts = NodeFacts(seat.node.job) else { continue }
      let files = try JobFiles(node: seat.node.id, in: folder)
      let events = try LineFileSink.events(
        Paths.join(folder, "events.jsonl"),
        node: files.jobID,
        role: seat.node.role
      )
      let member = GroupMember(client: files.jobID, role: seat.node.role)
      let run = try JobRun(
        seat.node.job,
        on: seat.device,
        at: seat.path,
        files: files,
        settings: settings,
        sinks: [events] + view.sinks(of: number),
        group: GroupNode(face(facts, member), facts)
      ) { [guests] failure in guests.lose(member, which: .failed(failure)) }
      if let host = seat.node.hostRole { guests.take(run.pipeline, of: host) }
      nodes.append(Node(job: seat.node, facts: facts, member: member, run: run))
    }
    self.nodes = nodes
  }

  /// Runs all nodes at once. A signal to this process cancels them; so does the end of an essential node that did not come
  /// to its end. Guests end with their host.
  func run() async throws(Failure) -> Reports.ExitCode {
    let interruption = Interruption { for node in nodes { node.run.pipeline.cancel() } }
    let start = ContinuousClock.now
    let outcomes = await view.accompany { await runNodes() }
    let duration = start.duration(to: .now)
    interruption.end()
    return try report(outcomes, after: duration)
  }

  private func runNodes() async -> [Int: JobOutcome] {
    await withTaskGroup(of: (Int, JobOutcome).self) { group in
      for (number, node) in nodes.enumerated() {
        group.addTask { (number, await node.run.pipeline.run()) }
      }
      var outcomes: [Int: JobOutcome] = [:]
      for await (number, outcome) in group {
        outcomes[number] = outcome
        let node = nodes[number]
        guests.lose(node.member, which: .ended)
        guard outcome.wasStopped, node.facts.isEssential else { continue }
        let reason = "The essential node \(node.member) did not come to its end"
        for (other, node) in nodes.enumerated() where outcomes[other] == nil {
          node.run.pipeline.cancel(because: reason)
        }
      }
      return outcomes
    }
  }

  private func report(_ outcomes: [Int: JobOutcome], after duration: Duration) throws(Failure) -> Reports.ExitCode {
    var reported: [GroupSummary.Node] = []
    for (number, node) in nodes.enumerated() {
      try node.run.report()
      reported.append(
        GroupSummary.Node(
          label: node.job.label,
          role: node.job.role,
          job: node.run.summary,
          outcome: outcomes[number] ?? JobOutcome(),
          collector: node.run.collector
        )
      )
    }
    let summary = GroupSummary(name: name, nodes: reported, duration: duration)
    try FileSystem.writeAtomically(Array(summary.yaml.utf8), to: Paths.join(folder, "group.yaml"))
    Terminal.output.write(summary.text(folder: folder, style: Terminal.output.style))
    return summary.exitCode
  }
}
