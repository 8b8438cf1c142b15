// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline
import YAMLDocument

/// The names that the actions of a job have on its device, block by block: what timeouts and protocol calls can name.
struct ActionNames {
  /// The names of each action of the job and those below it.
  private let blocks: [(action: JobAction, names: Set<String>)]
  private let all: Set<String>

  /// - Throws: a job failure for a method that no plan can be made for.
  init(_ context: JobContext) throws(Failure) {
    blocks = try context.strategies().map { ($0.action, Self.names(in: $0.strategy.actions)) }
    all = blocks.reduce(into: Self.names(in: Finalize(context: context).actions)) { $0.formUnion($1.names) }
  }

  private static func names(in actions: [Action]) -> Set<String> {
    actions.reduce(into: []) { $0.formUnion(names(in: $1.children).union([$1.name])) }
  }

  /// Warns of each name in the job that no action has: what it is there for has no effect.
  func findings(of job: Job) -> DiagnosticList {
    var findings = DiagnosticList()
    // The timeouts of a node are those of its whole group, whose other nodes have other actions.
    if !job.isNode {
      for reference in job.references where !all.contains(reference.name) {
        findings.add(finding(reference, of: "this job on this device", all, in: job))
      }
    }
    for (action, names) in blocks {
      for reference in action.common.references where !names.contains(reference.name) {
        let other = blocks.first { $0.names.contains(reference.name) }.map { block in
          "The \(block.action.section.rawValue) action of line \(job.place(of: block.action.common.node).line) has one."
        }
        let whose = "this \(action.section.rawValue) action"
        findings.add(finding(reference, of: whose, names, in: job, advice: other))
      }
    }
    return findings
  }

  /// Warns of each timeout of a block that ends only when an action around its own has ended already.
  func unreachable(in plan: Plan, of job: Job) -> DiagnosticList {
    var findings = DiagnosticList()
    for (index, block) in blocks.enumerated() {
      for reference in block.action.common.references where reference.purpose == .timeout {
        let named = plan.actions.filter {
          $0.name == reference.name && $0.level.split(separator: ".")[0] == "\(index + 1)"
        }
        let limits = named.map { plan.limit(of: $0) }
        // Where one of them can last as long as it says, it has its use.
        guard let limit = limits.first ?? nil, !limits.contains(where: { $0 == nil }) else { continue }
        findings.add(
          Diagnostic(
            .warning,
            "longer-than-block",
            "the timeout of '\(reference.name)' is longer than that of '\(limit)' around it, which ends it first",
            at: job.place(of: reference.node),
            length: reference.node.length,
            advice: "Raise that one's, or lower this one. 'pumice plan' prints both."
          )
        )
      }
    }
    return findings
  }

  private func finding(
    _ reference: ActionReference,
    of owner: String,
    _ names: Set<String>,
    in job: Job,
    advice: String? = nil
  ) -> Diagnostic {
    let effect =
      switch reference.purpose {
      case .timeout, .connectionTimeout: "its timeout has no effect"
      case .protocolCall: "the call is never made"
      }
    return Diagnostic(
      .warning,
      "unknown-action-name",
      "\(owner) has no action '\(reference.name)': \(effect)",
      at: job.place(of: reference.node),
      length: reference.node.length,
      suggestion: Suggestion.nearest(to: reference.name, among: names.sorted()),
      advice: advice ?? "'pumice plan' prints the names."
    )
  }
}

extension Plan {
  /// The name of the innermost action around another one that has less time than it.
  fileprivate func limit(of action: PlannedAction) -> String? {
    var level = action.level[...]
    while let dot = level.lastIndex(of: ".") {
      level = level[..<dot]
      if let outer = actions.first(where: { $0.level[...] == level }), outer.timeout < action.timeout {
        return outer.name
      }
    }
    return nil
  }
}
