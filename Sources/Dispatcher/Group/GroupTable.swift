// SPDX-License-Identifier: Apache-2.0

package import JobModel
import Multinode

/// What the roles of a group do, side by side: a column a role, a row for what can happen at the same time. A sync is one
/// row; a wait stands below what ends it.
package struct GroupTable: Sendable {
  package let roles: [String]
  /// Cells by column; nil where the role does nothing in the row.
  package private(set) var rows: [[String?]] = []

  /// - Parameter job: of a group.
  package init(_ job: Job) {
    let scripts = job.groupScripts
    roles = scripts.map { $0.count == 1 ? $0.role : "\($0.role) × \($0.count)" }
    var positions = scripts.map { _ in 0 }
    var sent: [String: Set<String>] = [:]
    while zip(positions, scripts).contains(where: { $0 < $1.items.count }) {
      let next = zip(positions, scripts).map { position, script in
        position < script.items.count ? script.items[position] : nil
      }
      var ready = scripts.indices.filter { next[$0].map { Self.isReady($0, next, sent, scripts) } ?? false }
      let others = ready.filter { next[$0]?.sync == nil }
      // A row is one of doing, or that of a sync. Where nothing can happen the rest is shown as it stands.
      if !others.isEmpty {
        ready = others
      } else if let id = ready.first.flatMap({ next[$0]?.sync }) {
        ready = ready.filter { next[$0]?.sync == id }
      } else {
        ready = scripts.indices.filter { next[$0] != nil }
      }
      var row = [String?](repeating: nil, count: scripts.count)
      for index in ready {
        row[index] = next[index]?.text
        positions[index] += 1
      }
      for index in ready {
        if case .call(.send(let id, _), _)? = next[index] { sent[id, default: []].insert(scripts[index].role) }
      }
      rows.append(row)
    }
  }

  private static func isReady(
    _ item: GroupScript.Item,
    _ next: [GroupScript.Item?],
    _ sent: [String: Set<String>],
    _ scripts: [GroupScript]
  ) -> Bool {
    guard case .call(let request, _) = item else { return true }
    switch request {
    case .sync(let id, _): return next.allSatisfy { $0?.sync == id }
    case .wait(let id): return sent[id] != nil
    case .waitAll(let id, let role?): return sent[id]?.contains(role) ?? false
    case .waitAll(let id, nil): return sent[id]?.count == scripts.count
    case .join, .send, .leave: return true
    }
  }

  /// For a terminal.
  package var text: String {
    let table = [roles] + [roles.map { String(repeating: "-", count: $0.count) }] + rows.map { $0.map { $0 ?? "" } }
    let widths = roles.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    return table.map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      var line = cells.joined(separator: "  |  ")
      while line.hasSuffix(" ") { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}

extension GroupScript.Item {
  fileprivate var sync: String? {
    if case .call(.sync(let id, _), _) = self { id } else { nil }
  }

  fileprivate var text: String {
    switch self {
    case .action(let name): name
    case .call(.send(GroupRequest.startID, _), _): "  lava_start"
    case .call(.waitAll(GroupRequest.startID, let role?), _): "(starts when \(role) says so)"
    case .call(let request, _): "  " + request.text.replacing("'", with: "")
    case .anything: "  … (not in the job's text)"
    }
  }
}
