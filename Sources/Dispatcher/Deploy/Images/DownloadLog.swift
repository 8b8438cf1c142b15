// SPDX-License-Identifier: Apache-2.0

import Downloads
import Events
import Pipeline
import Synchronization

/// What the log says of a download: LAVA's lines, one for each five percent, or for each five seconds where the size is
/// not known.
final class DownloadLog: Sendable {
  private struct State {
    var total: Int?
    /// Of the last line: in percent, or the time.
    var step = -1
    var time: Duration?
    /// Where this transfer began: what an earlier one has left is not counted.
    var first = 0
  }

  private static let percents = 5
  private static let interval = Duration.seconds(5)
  private static let megabyte = 1 << 20

  private let run: ActionRun
  private let state = Mutex(State())

  init(_ run: ActionRun) { self.run = run }

  func note(_ progress: DownloadProgress) {
    switch progress {
    case .waiting: run.log(.info, "waiting for another download of the same URL")
    case .unchanged: run.log(.debug, "the file has not changed since it was fetched: taken from the cache")
    case .resuming(let offset):
      state.withLock { $0.first = offset }
      run.log(.debug, "continuing at byte \(offset)")
    case .retrying:
      if let warning = Self.warning(of: progress) { run.log(.warning, warning) }
    case .receiving(let count, let total):
      run.report(count, of: total)
      for line in lines(count, total) { run.log(.debug, line) }
    }
  }

  /// What is said of a try that has failed.
  static func warning(of progress: DownloadProgress) -> String? {
    guard case .retrying(let reason, let pause) = progress else { return nil }
    return "\(reason); trying again in \(pause.formatted)"
  }

  /// What there is to say of the bytes that have come.
  private func lines(_ count: Int, _ total: Int?) -> [String] {
    let now = run.clock.now
    return state.withLock { state in
      var lines: [String] = []
      if let total, state.total != total {
        state.total = total
        state.step = -1
        lines.append("total size: \(total) (\(total / Self.megabyte)MB)")
      }
      if let total, total > 0 {
        let step = Int(Double(count) / Double(total) * 100) / Self.percents
        guard step > state.step else { return lines }
        state.step = step
        let percent = "\(step * Self.percents)"
        let padding = String(repeating: " ", count: max(3 - percent.count, 0))
        lines.append("progress \(padding)\(percent)% (\(count / Self.megabyte)MB)")
      } else if state.time.map({ now - $0 >= Self.interval }) ?? true {
        state.time = now
        lines.append("progress \(count / Self.megabyte)MB")
      }
      return lines
    }
  }

  /// The last line of a download.
  func end(_ downloaded: Downloaded) {
    guard downloaded.source == .server else { return }
    let bytes = downloaded.size - state.withLock(\.first)
    let seconds = max((run.clock.now - run.start) / .seconds(1), 0.01)
    let rate = Double(bytes) / Double(Self.megabyte) / seconds
    run.log(.debug, "\(bytes / Self.megabyte)MB downloaded in \(seconds.hundredths)s (\(rate.hundredths)MB/s)")
  }
}

extension Duration {
  /// In seconds, with two digits behind the point.
  fileprivate var formatted: String { "\((self / .seconds(1)).hundredths) s" }
}

extension Double {
  /// With two digits behind the point.
  fileprivate var hundredths: String {
    let count = Int((self * 100).rounded())
    let rest = count % 100
    return "\(count / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
