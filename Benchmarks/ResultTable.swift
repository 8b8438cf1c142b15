// SPDX-License-Identifier: Apache-2.0

/// What was measured, and beside it what it is measured against.
struct Measurement {
  var what: String
  var measured: String
  /// What was measured in the same run for comparison, with its value.
  var comparison = ""
  /// The measured value as seen from the comparison.
  var ratio = ""
  /// What is to be reached and whether it was; `nil` where there is no target.
  var target: (text: String, isMet: Bool)?
}

/// Measurements as text in columns.
struct ResultTable {
  private var rows = [["", "measured", "beside it", "ratio", "target", ""]]

  mutating func add(_ measurements: [Measurement]) {
    for row in measurements {
      let verdict = row.target.map { $0.isMet ? "met" : "MISSED" } ?? ""
      rows.append([row.what, row.measured, row.comparison, row.ratio, row.target?.text ?? "", verdict])
    }
  }

  var text: String {
    let widths = (0..<rows[0].count).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      let line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Duration {
  /// As a number of seconds.
  var inSeconds: Double { self / .seconds(1) }

  /// `12.3 ms`, `1.23 s`.
  var text: String {
    inSeconds < 1 ? "\((inSeconds * 1000).text(decimals: 1)) ms" : "\(inSeconds.text(decimals: 2)) s"
  }
}

extension Double {
  /// With a fixed number of decimals.
  func text(decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
    let scaled = Int((magnitude * Double(scale)).rounded())
    let sign = self < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(scaled)" }
    let fraction = String(scaled % scale)
    return "\(sign)\(scaled / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }

  /// A share, in per cent.
  var percent: String { "\((self * 100).text(decimals: 1)) %" }
}

extension Int {
  /// Bytes as `12.3 KB` or `12.3 MB`, of 1000 and 1,000,000 bytes.
  var sizeText: String {
    self < 1_000_000
      ? "\((Double(self) / 1e3).text(decimals: 1)) KB" : "\((Double(self) / 1e6).text(decimals: 1)) MB"
  }

  /// So many bytes in a time, as `123 MB/s` or `1.23 GB/s`.
  func rateText(in time: Duration) -> String {
    let rate = Double(self) / time.inSeconds
    return rate < 1e9 ? "\((rate / 1e6).text(decimals: 0)) MB/s" : "\((rate / 1e9).text(decimals: 2)) GB/s"
  }
}
