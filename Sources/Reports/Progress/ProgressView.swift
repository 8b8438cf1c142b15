// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
package import Events
internal import Synchronization

/// What a person sees while a job runs: steps, results and problems as they come, the console when asked for, and on a
/// live terminal a last line with the step, its time and the counts so far.
package final class ProgressView: EventSink, LiveView {
  package struct Options: Sendable {
    /// Whether a last line is kept up to date; needs a terminal that can erase a line.
    package var isLive: Bool
    package var style: TerminalStyle
    package var showsConsole: Bool
    /// Whether the board's control sequences reach the terminal.
    package var isConsoleRaw: Bool

    package init(isLive: Bool, style: TerminalStyle, showsConsole: Bool = false, isConsoleRaw: Bool = false) {
      self.isLive = isLive
      self.style = style
      self.showsConsole = showsConsole
      self.isConsoleRaw = isConsoleRaw
    }
  }

  private struct State {
    var started: Int64?
    var running: [(start: ActionStart, time: Int64)] = []
    /// Of the innermost action that is running.
    var progress: ActionProgress?
    var passed = 0
    var failed = 0
    var others = 0
    /// What was last said to have gone wrong: every action around it says it again.
    var lastProblem: String?
    var hasStatus = false
  }

  /// LAVA's words for the end of a job: the summary says it better.
  private static let finalTexts = Set(Failure.Kind.allCases.map(\.finalText))

  private let options: Options
  private let columns: @Sendable () -> Int
  private let now: @Sendable () -> Int64
  private let write: @Sendable (String) -> Void
  private let state = Mutex(State())

  /// - Parameters:
  ///   - columns: the width of the terminal.
  ///   - now: nanoseconds since the epoch, for `tick`.
  ///   - write: takes the text; called in order.
  package init(
    _ options: Options,
    columns: @escaping @Sendable () -> Int,
    now: @escaping @Sendable () -> Int64 = { SystemTime.now },
    write: @escaping @Sendable (String) -> Void
  ) {
    self.options = options
    self.columns = columns
    self.now = now
    self.write = write
  }

  package convenience init(_ terminal: Terminal, showsConsole: Bool, isConsoleRaw: Bool = false) {
    self.init(
      Options(
        isLive: terminal.isLive,
        style: terminal.style,
        showsConsole: showsConsole,
        isConsoleRaw: isConsoleRaw
      ),
      columns: { terminal.columns },
      write: { terminal.write($0) }
    )
  }

  package func receive(_ event: Event, index: Int) {
    state.withLock { state in
      state.started = state.started ?? event.time
      let lines = lines(for: event, &state)
      guard options.isLive else {
        if !lines.isEmpty { write(lines) }
        return
      }
      guard !lines.isEmpty || changesStatus(event) else { return }
      write(erasure(&state) + lines + status(&state, at: event.time))
    }
  }

  package func receive(_ progress: ActionProgress) {
    guard options.isLive else { return }
    state.withLock { state in
      guard state.running.last?.start.level == progress.level else { return }
      state.progress = progress
      write(erasure(&state) + status(&state, at: now()))
    }
  }

  package func tick() {
    guard options.isLive else { return }
    state.withLock { state in
      guard state.hasStatus else { return }
      write(erasure(&state) + status(&state, at: now()))
    }
  }

  package func finish() {
    state.withLock { state in
      state.running = []
      let text = erasure(&state)
      if !text.isEmpty { write(text) }
    }
  }

  // MARK: Lines that stay

  private func lines(for event: Event, _ state: inout State) -> String {
    switch event.kind {
    case .log(let level, let text, let namespace): return line(level, text, namespace, &state)
    case .actionStarted(let start):
      state.running.append((start, event.time))
      state.progress = nil
      guard !options.isLive, start.logLevel == .info else { return "" }
      return "[\(elapsed(event.time, state))] \(start.level) \(start.name) (up to \(start.timeout.clockText))\n"
    case .actionEnded(let end):
      if let place = state.running.lastIndex(where: { $0.start.level == end.level }) {
        state.running.removeSubrange(place...)
      }
      guard end.logLevel == .info else { return "" }
      let verdict = end.failure == nil ? paint("done", .faint) : paint("failed", .red)
      return "[\(elapsed(event.time, state))] \(end.level) \(end.name) \(verdict) after \(end.duration.clockText)\n"
    case .result(let record): return line(record, &state)
    case .signals: return ""
    }
  }

  private func line(_ level: LogLevel, _ text: String, _ namespace: String?, _ state: inout State) -> String {
    switch level {
    case .target, .feedback:
      guard options.showsConsole else { return "" }
      let shown = options.isConsoleRaw ? text : TerminalText.plain(text)
      return (namespace.map { "\(paint("[\(TerminalText.plain($0))]", .faint)) " } ?? "") + shown + "\n"
    case .exception, .error, .warning:
      // That the only attempt failed has been said by what made it fail.
      guard state.lastProblem != text, !Self.finalTexts.contains(text), !text.contains(" failed: 1 of 1 attempts")
      else {
        return ""
      }
      state.lastProblem = text
      let label = level == .warning ? paint("warning:", .yellow) : paint("error:", .red)
      return text.split(separator: "\n").map { "\(label) \(TerminalText.plain(String($0)))\n" }.joined()
    case .info, .debug, .input, .event: return ""
    }
  }

  private func line(_ record: ResultRecord, _ state: inout State) -> String {
    switch record.origin {
    case .testCase, .reference, .monitored, .command:
      switch record.result {
      case .pass: state.passed += 1
      case .fail: state.failed += 1
      case .skip, .unknown: state.others += 1
      }
    case .session where record.result == .fail, .unfinishedRun: state.failed += 1
    case .validation, .action, .run, .session, .job: return ""
    }
    let name = [record.definition, record.set, record.testCase].compactMap { $0 }.joined(separator: "/")
    var text = "\(verdict(record.result)) \(TerminalText.plain(name))"
    if record.origin == .unfinishedRun || record.origin == .session { text += " did not come to its end" }
    if let measurement = record.measurement {
      text += "  \(measurement) \(TerminalText.plain(record.units ?? ""))"
    }
    if let integrity = record.integrity, integrity == .repaired || integrity == .recovered {
      text += "  \(paint("(\(integrity.rawValue))", .yellow))"
    }
    return text + "\n"
  }

  private func verdict(_ verdict: Verdict) -> String {
    switch verdict {
    case .pass: paint("pass   ", .green)
    case .fail: paint("fail   ", .red)
    case .skip: paint("skip   ", .yellow)
    case .unknown: paint("unknown", .yellow)
    }
  }

  private func paint(_ text: String, _ colour: TerminalStyle.Colour) -> String {
    options.style.paint(text, colour)
  }

  // MARK: The last line

  private func changesStatus(_ event: Event) -> Bool {
    switch event.kind {
    case .log, .signals: false
    case .result, .actionStarted, .actionEnded: true
    }
  }

  private func erasure(_ state: inout State) -> String {
    defer { state.hasStatus = false }
    return state.hasStatus ? "\r\u{1B}[K" : ""
  }

  private func status(_ state: inout State, at time: Int64) -> String {
    guard let (start, began) = state.running.last else { return "" }
    state.hasStatus = true
    var text = "\(start.level) \(start.name) \(Duration.nanoseconds(time - began).clockText)"
    text += " of \(start.timeout.clockText)"
    if let progress = state.progress, progress.level == start.level { text += " · \(progress.text)" }
    if state.passed + state.failed + state.others > 0 { text += " · \(state.passed) passed, \(state.failed) failed" }
    text += " · job \(elapsed(time, state))"
    // One column stays free: some terminals begin a new line when the last one is written.
    return paint(String(text.prefix(max(columns() - 1, 1))), .faint)
  }

  private func elapsed(_ time: Int64, _ state: State) -> String {
    Duration.nanoseconds(time - (state.started ?? time)).clockText
  }
}
