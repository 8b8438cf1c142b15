// SPDX-License-Identifier: Apache-2.0

package import Events
internal import Synchronization

/// What a person sees while a group runs: the lines of all nodes, each with its node's name, and on a live terminal a line
/// a node at the end with what it does.
package final class GroupView: LiveView {
  private struct Node {
    var running: [(start: ActionStart, time: Int64)] = []
    var hasStarted = false
    var isOver = false
  }

  private struct State {
    var nodes: [Node]
    /// How many lines at the end are to be replaced.
    var drawn = 0
  }

  /// More nodes than this are counted.
  private static let shownNodes = 16

  private let options: ProgressView.Options
  private let labels: [String]
  private let columns: @Sendable () -> Int
  private let now: @Sendable () -> Int64
  private let write: @Sendable (String) -> Void
  private let state: Mutex<State>

  /// - Parameters:
  ///   - labels: of the nodes.
  ///   - columns: the width of the terminal.
  ///   - now: nanoseconds since the epoch, for `tick`.
  ///   - write: takes the text; called in order.
  package init(
    _ options: ProgressView.Options,
    labels: [String],
    columns: @escaping @Sendable () -> Int,
    now: @escaping @Sendable () -> Int64 = { SystemTime.now },
    write: @escaping @Sendable (String) -> Void
  ) {
    self.options = options
    let width = labels.map(\.count).max() ?? 0
    self.labels = labels.map { $0 + String(repeating: " ", count: width - $0.count) }
    self.columns = columns
    self.now = now
    self.write = write
    state = Mutex(State(nodes: labels.map { _ in Node() }))
  }

  package convenience init(_ terminal: Terminal, labels: [String], showsConsole: Bool) {
    self.init(
      ProgressView.Options(isLive: terminal.isLive, style: terminal.style, showsConsole: showsConsole),
      labels: labels,
      columns: { terminal.columns },
      write: { terminal.write($0) }
    )
  }

  /// Where the events of a node go.
  package func sinks(of node: Int) -> [any EventSink] {
    var own = options
    own.isLive = false
    let view = ProgressView(own, columns: columns, now: now) { [weak self] in self?.show($0, of: node) }
    return [view, Follower(view: self, node: node)]
  }

  package func tick() {
    guard options.isLive else { return }
    state.withLock { redraw(&$0, at: now()) }
  }

  package func finish() {
    state.withLock { state in
      let text = erasure(&state)
      if !text.isEmpty { write(text) }
    }
  }

  private func show(_ text: String, of node: Int) {
    let label = options.style.paint("[\(labels[node])]", .faint)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { "\(label) \($0)\n" }
    state.withLock { state in
      write(erasure(&state) + lines.joined() + status(&state, at: now()))
    }
  }

  // MARK: The last lines

  /// Follows what a node does.
  private struct Follower: EventSink {
    let view: GroupView
    let node: Int

    func receive(_ event: Event, index: Int) {
      switch event.kind {
      case .actionStarted(let start): view.update(node, at: event.time) { $0.running.append((start, event.time)) }
      case .actionEnded(let end):
        view.update(node, at: event.time) { node in
          if let place = node.running.lastIndex(where: { $0.start.level == end.level }) {
            node.running.removeSubrange(place...)
          }
        }
      case .result(let record) where record.origin == .job: view.update(node, at: event.time) { $0.isOver = true }
      case .result, .log, .signals: return
      }
    }
  }

  private func update(_ node: Int, at time: Int64, _ change: (inout Node) -> Void) {
    state.withLock { state in
      change(&state.nodes[node])
      state.nodes[node].hasStarted = true
      if options.isLive { redraw(&state, at: time) }
    }
  }

  private func redraw(_ state: inout State, at time: Int64) { write(erasure(&state) + status(&state, at: time)) }

  private func erasure(_ state: inout State) -> String {
    defer { state.drawn = 0 }
    return state.drawn == 0 ? "" : "\r\u{1B}[\(state.drawn)A\u{1B}[J"
  }

  private func status(_ state: inout State, at time: Int64) -> String {
    guard options.isLive else { return "" }
    let width = max(columns() - 1, 1)
    var lines = zip(labels, state.nodes).prefix(Self.shownNodes).map { label, node in
      "\(label)  \(text(of: node, at: time))"
    }
    let rest = state.nodes.dropFirst(Self.shownNodes)
    if !rest.isEmpty { lines.append("and \(rest.count) more, \(rest.count(where: \.isOver)) of them done") }
    state.drawn = lines.count
    return lines.map { options.style.paint(String($0.prefix(width)), .faint) + "\n" }.joined()
  }

  private func text(of node: Node, at time: Int64) -> String {
    if node.isOver { return "done" }
    guard let (start, began) = node.running.last else { return node.hasStarted ? "…" : "waits for the others" }
    return "\(start.level) \(start.name) \(Duration.nanoseconds(time - began).clockText) of \(start.timeout.clockText)"
  }
}
