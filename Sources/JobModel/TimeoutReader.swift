// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// The units a timeout can be given in, and their seconds (spec jobs §2).
private let secondsPerUnit: [(unit: String, seconds: Double)] = [
  ("days", 86400), ("hours", 3600), ("minutes", 60), ("seconds", 1),
]

/// Longest timeout that makes sense, in seconds; more is a slip of the finger. 1,000 days.
private let longestTimeout: Double = 86400 * 1000

extension Reading {
  /// A timeout mapping: `minutes: 5`, with `skip: true` at will. Several units add up, as LAVA's dispatcher does.
  ///
  /// - Parameter isBounded: whether LAVA's server compares it with the job's own.
  func timeout(_ node: YAMLNode, what: String, isBounded: Bool = true) -> StatedTimeout? {
    if let old = oldTimeout(node, what: what) {
      if isBounded { timeouts.append((what, old.duration, node)) }
      return old
    }
    guard case .mapping = node.content, var reader = MappingReader(node, what: what, reading: self) else {
      refuse(
        node,
        of: what,
        expected: "a mapping with days, hours, minutes or seconds",
        advice: "Write '\(timeoutMeant(by: node) ?? "minutes: 2")' on a line of its own below."
      )
      return nil
    }
    reader.accept("skip")
    if !secondsPerUnit.contains(where: { reader.has($0.unit) }) { reader.correct(secondsPerUnit.map(\.unit)) }
    var seconds = 0.0
    var stated: [String] = []
    var isUnderstood = true
    for (unit, factor) in secondsPerUnit {
      guard let value = reader.node(unit) else { continue }
      stated.append(unit)
      if let number = units(value, unit, atMost: longestTimeout / factor) {
        seconds += number * factor
      } else {
        isUnderstood = false
      }
    }
    let skips = reader.bool("skip") ?? false
    reader.close()
    guard isUnderstood else { return nil }
    // A thousandth of a second is the least that a timeout can be.
    guard seconds >= 0.0005 else {
      report(
        .error,
        "empty-timeout",
        "\(what) states no time",
        at: node,
        expected: "days, hours, minutes or seconds, more than 0"
      )
      return nil
    }
    if stated.count > 1 {
      report(
        .note,
        "several-units",
        "\(what) is the sum of \(stated.joined(separator: " and "))",
        at: node,
        advice: "A LAVA server takes one unit only."
      )
    }
    let duration = Duration.milliseconds(Int64((seconds * 1000).rounded()))
    if isBounded { timeouts.append((what, duration, node)) }
    return StatedTimeout(duration, skips: skips, at: place(of: node))
  }

  /// The number of a unit of time.
  private func units(_ node: YAMLNode, _ unit: String, atMost maximum: Double) -> Double? {
    guard let number = number(node), number >= 0 else {
      refuse(node, of: "'\(unit)'", expected: "a number of \(unit), such as 10")
      return nil
    }
    guard number <= maximum else {
      refuse(node, of: "'\(unit)'", expected: "a time of 1000 days at most")
      return nil
    }
    return number
  }

  /// A timeout as one text, as older versions of LAVA had it; nil where it is none, or where LAVA's word counts.
  private func oldTimeout(_ node: YAMLNode, what: String) -> StatedTimeout? {
    guard !isStrict, case .scalar(let scalar) = node.content, let seconds = secondsMeant(by: scalar.text) else {
      return nil
    }
    report(
      .note,
      "old-timeout",
      "\(what) is a text, as older versions of LAVA had it",
      at: node,
      advice: "Write '\(timeoutMeant(by: node) ?? "")' on a line of its own below."
    )
    return StatedTimeout(.seconds(seconds), at: place(of: node))
  }

  /// The seconds of `2m`, `90s`, `1h` or `3d`; nil for anything else.
  private func secondsMeant(by text: String) -> Int? {
    guard let unit = text.last, let factor = ["s": 1, "m": 60, "h": 3600, "d": 86400][unit] else { return nil }
    let digits = text.dropLast()
    guard !digits.isEmpty, digits.count < 10, digits.allSatisfy({ ("0"..."9").contains($0) }),
      let number = Int(digits), number > 0, Double(number * factor) <= longestTimeout
    else { return nil }
    return number * factor
  }

  /// What `2m`, `90 seconds` or a bare number of seconds most likely means, as the entry of a timeout.
  private func timeoutMeant(by node: YAMLNode) -> String? {
    guard case .scalar(let scalar) = node.content else { return nil }
    let digits = scalar.text.prefix { ("0"..."9").contains($0) }
    let rest = scalar.text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    guard !digits.isEmpty, digits.count < 10, digits.contains(where: { $0 != "0" }) else { return nil }
    switch rest {
    case "", "s", "sec", "second", "seconds": return "seconds: \(digits)"
    case "m", "min", "minute", "minutes": return "minutes: \(digits)"
    case "h", "hour", "hours": return "hours: \(digits)"
    case "d", "day", "days": return "days: \(digits)"
    default: return nil
    }
  }

  /// A mapping of names to timeouts.
  func timeoutTable(_ reader: inout MappingReader, _ key: String) -> [String: StatedTimeout] {
    guard var table = reader.mapping(key) else { return [:] }
    var timeouts: [String: StatedTimeout] = [:]
    for (name, entry) in table.table() where !entry.value.isNull {
      timeouts[name] = timeout(entry.value, what: "the timeout of '\(name.shortened)'")
    }
    return timeouts
  }
}
