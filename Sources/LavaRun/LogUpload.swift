// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import Events
package import Pipeline
internal import Reports
internal import Synchronization

/// Sends a job's log to LAVA's server while it is written (spec results-and-log §6): every line once and in order,
/// for as long as it takes.
///
/// The lines wait in the log file. A line counts as sent when the server acknowledges it; when an answer is lost, the same
/// lines are sent again with the same index, by which the server knows them.
package final class LogUpload: Sendable {
  /// How an upload ended.
  package enum Ending: Sendable, Hashable {
    /// Every line is on the server.
    case complete(lines: Int)
    /// The server has deleted the job; it takes no more lines.
    case unknownJob(sent: Int)
    /// Somebody stopped it.
    case aborted(sent: Int)
    /// The log file cannot be read any more.
    case unreadable(Failure, sent: Int)
  }

  /// The most lines of one request.
  static let batchLimit = 1000
  /// How many fewer lines go into a request after one was too large.
  static let step = 100
  /// The pause after a request that failed.
  static let retryPause = Duration.seconds(5)

  /// How much of an answer is repeated, in characters.
  private static let longestReport = 1000

  private struct State {
    var isFinishing = false
    /// The wait for the next turn, which the end of the job interrupts.
    var pause: Task<Void, Never>?
  }

  private let jobID: String
  private let path: String
  private let server: any LogServer
  private let interval: Duration
  private let clock: any PipelineClock
  private let note: @Sendable (String) -> Void
  private let state = Mutex(State())

  /// - Parameters:
  ///   - path: the log file: one YAML list, an item a line. It must be there.
  ///   - interval: between two requests while there is little to send.
  ///   - note: takes what went wrong, a line each.
  package init(
    jobID: String,
    path: String,
    server: any LogServer,
    interval: Duration,
    clock: any PipelineClock = SystemClock(),
    note: @escaping @Sendable (String) -> Void
  ) {
    self.jobID = jobID
    self.path = path
    self.server = server
    self.interval = interval
    self.clock = clock
    self.note = note
  }

  /// Says that the log file is complete: what is left is sent without further waiting.
  package func finish() {
    let pause = state.withLock { state in
      state.isFinishing = true
      return state.pause
    }
    pause?.cancel()
  }

  /// Sends lines until all are sent and `finish` was called, or the task is canceled.
  package func run() async -> Ending {
    var sent = 0
    do throws(Failure) {
      return try await run(&sent)
    } catch {
      return .unreadable(error, sent: sent)
    }
  }

  private func run(_ sent: inout Int) async throws(Failure) -> Ending {
    var tail = try LogTail(path)
    var limit = Self.batchLimit
    // Stands for a line that is too large even alone.
    var substitute: [UInt8]?
    while !Task.isCancelled {
      // Asked before reading: what is written before the end is seen after it.
      let isLast = state.withLock(\.isFinishing)
      let batch = try tail.batch(limit: limit)
      guard batch.count > 0 else {
        if isLast { return .complete(lines: sent) }
        await waitForMore()
        continue
      }
      switch await send(substitute.map { $0[...] } ?? batch.text, index: sent) {
      case .taken(let count) where count > 0:
        let taken = min(count, batch.count)
        tail.drop(taken, of: batch)
        sent += taken
        if substitute != nil { limit = Self.batchLimit }
        substitute = nil
        if taken == batch.count, batch.count < limit, !isLast { await waitForMore() }
      case .tooLarge where batch.count > 1: limit = max(1, batch.count - Self.step)
      case .tooLarge where substitute == nil:
        limit = 1
        substitute = Array(replacement().utf8)
      case .unknownJob: return .unknownJob(sent: sent)
      case .taken, .tooLarge, .refused: await pause(Self.retryPause)
      }
    }
    return .aborted(sent: sent)
  }

  /// Sends lines once and says what went wrong, if something did.
  private func send(_ lines: ArraySlice<UInt8>, index: Int) async -> LogVerdict {
    do throws(LogServerSilence) {
      let response = try await server.post(lines, index: index)
      let verdict = LogVerdict(response, jobID: jobID)
      switch verdict {
      case .taken(let count) where count > 0: break
      case .taken, .unknownJob, .tooLarge, .refused: report("ERROR", "\(response.status) - \(response.body)")
      }
      return verdict
    } catch {
      if !Task.isCancelled { report("EXCEPTION", error.reason) }
      return .refused
    }
  }

  /// In LAVA's words, on one line. What a server says may be anything, and this may come to a terminal.
  private func report(_ level: String, _ text: String) {
    let time = Timestamp(nanoseconds: SystemTime.now).iso8601
    let line = text.prefix(Self.longestReport).split(whereSeparator: \.isNewline).joined(separator: " ")
    let visible = String(
      String.UnicodeScalarView(line.unicodeScalars.filter { $0.properties.generalCategory != .control })
    )
    note("\(time) \(level) [LOGGER] POST: \(visible)")
  }

  /// The line that says on the server that one is missing there.
  private func replacement() -> String {
    let record = ResultRecord(.validation, case: "log-upload", result: .fail)
    return "- " + LogLine.text(of: Event(time: SystemTime.now, kind: .result(record)))
  }
}

// Waiting.
extension LogUpload {
  /// Waits until it is time for the next request, or the job has ended.
  private func waitForMore() async {
    let clock = clock
    let interval = interval
    let pause = Task { () async -> Void in
      // Ends early when the job has ended, or the upload is stopped: both are looked at next.
      try? await clock.sleep(for: interval)
    }
    let isFinishing = state.withLock { state in
      state.pause = pause
      return state.isFinishing
    }
    if isFinishing { pause.cancel() }
    await withTaskCancellationHandler {
      await pause.value
    } onCancel: {
      pause.cancel()
    }
    state.withLock { $0.pause = nil }
  }

  private func pause(_ duration: Duration) async {
    // Ends early only when the upload is stopped, which is looked at next.
    try? await clock.sleep(for: duration)
  }
}
