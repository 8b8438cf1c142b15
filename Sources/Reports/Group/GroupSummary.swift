// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
package import Events
internal import YAMLDocument

/// What a group came to, node by node: for a person, and as `group.yaml`.
package struct GroupSummary: Sendable {
  package struct Node: Sendable {
    /// As a person tells it from the others: `client 2`.
    let label: String
    let role: String
    let job: JobSummary
    let outcome: JobOutcome
    let collector: ResultCollector
    let counts: ResultCounts

    package init(label: String, role: String, job: JobSummary, outcome: JobOutcome, collector: ResultCollector) {
      self.label = label
      self.role = role
      self.job = job
      self.outcome = outcome
      self.collector = collector
      counts = ResultCounts(collector)
    }

    var code: ExitCode { ExitCode(outcome, counts) }
  }

  private let name: String
  private let nodes: [Node]
  private let duration: Duration

  package init(name: String, nodes: [Node], duration: Duration) {
    self.name = name
    self.nodes = nodes
    self.duration = duration
  }

  /// The codes that a group can end with, the one that says most first: that a node waited in vain for another says less
  /// than what the other ended of.
  private static let order: [ExitCode] = [.bug, .infrastructure, .invalid, .jobError, .testsFailed, .canceled]

  package var exitCode: ExitCode {
    let codes = Set(nodes.map(\.code))
    return Self.order.first(where: codes.contains) ?? .success
  }

  /// `group.yaml`: a mapping `group` (`name`, `result`, `duration` in seconds) and a list `nodes`, each with `id`, `role`,
  /// `device`, `result`, `error_type` and `error_msg` where it has them, `pass`, `fail`, `skip`, `unknown`.
  package var yaml: String {
    let group: YAMLValue = [
      "name": .string(name),
      "result": exitCode == .success ? "pass" : "fail",
      "duration": .float(Double(Int(duration.inSeconds * 1000)) / 1000),
    ]
    let list = nodes.map { node -> YAMLValue in
      let texts: [(YAMLValue, String?)] = [
        ("id", node.job.id), ("role", node.role), ("device", node.job.device),
        ("result", node.code == .success ? "pass" : "fail"), ("error_type", node.outcome.failure?.kind.errorType),
        ("error_msg", node.outcome.failure?.message),
      ]
      let counts = node.counts
      let numbers: [(YAMLValue, Int)] = [
        ("pass", counts.passed), ("fail", counts.failed), ("skip", counts.skipped), ("unknown", counts.unknown),
      ]
      return .mapping(
        texts.compactMap { key, text in text.map { YAMLValue.Pair(key, .string($0)) } }
          + numbers.map { YAMLValue.Pair($0, .int($1)) }
      )
    }
    return YAMLEmitter.block(["group": group, "nodes": .sequence(list)])
  }

  /// - Parameter folder: where the files are.
  package func text(folder: String, style: TerminalStyle) -> String {
    let good = nodes.count { $0.code == .success }
    let verdict =
      good == nodes.count
      ? style.paint("all \(nodes.count) nodes passed", .green)
      : style.paint("\(nodes.count - good) of \(nodes.count) nodes did not pass", .red)
    let head = style.paint(TerminalText.plain(name), .bold)
    var parts = ["\(head): \(verdict), after \(duration.clockText)\n", table]
    parts += nodes.filter { $0.code != .success }.map { node in
      "\(node.label): " + Summary(node.job, node.outcome, node.collector, style: style).text(folder: "", files: [])
    }
    parts.append("Files in \(folder): group.yaml, events.jsonl, and a folder for each node, by its job id\n")
    return parts.joined(separator: "\n")
  }

  private var table: String {
    let head = ["node", "job", "device", "pass", "fail", "skip", "unknown", "ended"]
    let rows = nodes.map { node in
      [node.label, node.job.id, node.job.device ?? ""].map(TerminalText.plain)
        + [node.counts.passed, node.counts.failed, node.counts.skipped, node.counts.unknown].map { String($0) }
        + [node.outcome.failure.map { "\($0.kind.errorType) error" } ?? "well"]
    }
    let table = [head] + rows
    let widths = head.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    return table.map { row in
      let cells = row.enumerated().map { column, cell in
        let blank = String(repeating: " ", count: widths[column] - cell.count)
        return (3...6).contains(column) ? blank + cell : column == head.count - 1 ? cell : cell + blank
      }
      return "  \(cells.joined(separator: "  "))\n"
    }.joined()
  }
}
