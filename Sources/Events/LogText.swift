// SPDX-License-Identifier: Apache-2.0

/// How times are written in log lines (spec results-and-log §2).
extension Duration {
  /// The nearest whole number of seconds; a half goes to the even one, as Python rounds.
  package var roundedSeconds: Int64 {
    let (whole, rest) = components
    // The rest has the sign of the whole.
    let half: Int64 = 500_000_000_000_000_000
    if rest.magnitude < half.magnitude { return whole }
    if rest.magnitude == half.magnitude, whole.isMultiple(of: 2) { return whole }
    return rest < 0 ? whole - 1 : whole + 1
  }

  /// `HH:MM:SS`, rounded to seconds. Hours may exceed 24; what is negative counts as nothing.
  package var clockText: String {
    let seconds = max(roundedSeconds, 0)
    return [seconds / 3600, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
      .joined(separator: ":")
  }

  /// Seconds with two decimals, as in `duration: "0.05"`. What is negative counts as nothing.
  package var secondsText: String {
    let (whole, rest) = components
    guard whole >= 0, rest >= 0 else { return "0.00" }
    let hundredths = whole * 100 + (rest + 5_000_000_000_000_000) / 10_000_000_000_000_000
    let decimals = hundredths % 100
    return "\(hundredths / 100).\(decimals < 10 ? "0" : "")\(decimals)"
  }

  /// Seconds as a number, for reports.
  package var inSeconds: Double {
    let (whole, rest) = components
    return Double(whole) + Double(rest) / 1e18
  }
}

extension ActionStart {
  /// The text of its log line.
  package var text: String { "start: \(level) \(name) (timeout \(timeout.clockText)) [\(namespace)]" }

  /// Top-level actions are announced at `info`, those below at `debug`.
  package var logLevel: LogLevel { level.contains(".") ? .debug : .info }
}

extension ActionEnd {
  /// The text of its log line.
  package var text: String { "end: \(level) \(name) (duration \(duration.clockText)) [\(namespace)]" }

  /// Top-level actions are announced at `info`, those below at `debug`.
  package var logLevel: LogLevel { level.contains(".") ? .debug : .info }
}
