// SPDX-License-Identifier: Apache-2.0

/// Timestamps as PyYAML writes them after having read them: Python's `isoformat` with a space.
enum TimestampText {
  /// `2026-1-2T3:04:05.5Z` becomes `2026-01-02 03:04:05.500000+00:00`; what is no timestamp stays as it is.
  static func yaml(_ text: String) -> String {
    guard ImplicitTag(of: text) == .timestamp else { return text }
    // The grammar is known to hold from here on: digits and the signs between them.
    let parts = text.split(whereSeparator: { "Tt \t".contains($0) })
    let date = parts[0].split(separator: "-").map(twoDigits).joined(separator: "-")
    guard parts.count > 1 else { return date }
    let rest = parts[1...].joined()
    let clock = rest.prefix { $0.isNumber || $0 == ":" || $0 == "." }
    let fields = clock.split(separator: ".")
    let time = fields[0].split(separator: ":").map(twoDigits).joined(separator: ":")
    let fraction = fields.count > 1 ? microseconds(fields[1]) : ""
    return "\(date) \(time)\(fraction)\(zone(rest[clock.endIndex...]))"
  }

  private static func twoDigits(_ digits: Substring) -> String {
    digits.utf8.count == 1 ? "0\(digits)" : String(digits)
  }

  private static func microseconds(_ digits: Substring) -> String {
    let six = digits.prefix(6)
    guard six.contains(where: { $0 != "0" }) else { return "" }
    return "." + six + String(repeating: "0", count: 6 - six.count)
  }

  private static func zone(_ text: Substring) -> String {
    guard let sign = text.first else { return "" }
    guard sign != "Z" else { return "+00:00" }
    let fields = text.dropFirst().split(separator: ":").map(twoDigits)
    let offset = fields[0] + ":" + (fields.count > 1 ? fields[1] : "00")
    return (offset == "00:00" ? "+" : String(sign)) + offset
  }
}
