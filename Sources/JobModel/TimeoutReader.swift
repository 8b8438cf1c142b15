// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// The units a timeout can be given in, and their seconds (spec jobs §2).
private let secondsPerUnit: [(unit: String, seconds: Double)] = [
  ("days", 86400), ("hours", 3600), ("minutes", 60), ("seconds", 1),
]

/// Longest timeout that makes sense; more is a slip of the finger. 1,000 days.
private let longestTimeout: Double = 86400 * 1000

extension Reading {
  /// A timeout mapping: `minutes: 5`, with `skip: true` at will. Several units add up, as LAVA's dispatcher does.
  func timeout(_ node: YAMLNode, what: String) -> StatedTimeout? {
    guard case .mapping = node.content else {
      refuse(
        node,
        of: what,
        expected: "a mapping with days, hours, minutes or seconds",
        advice: "Write 'minutes: 2' on a line of its own below."
      )
      return nil
    }
    guard var reader = MappingReader(node, what: what, reading: self) else { return nil }
    var seconds = 0.0
    var isStated = false
    var isUnderstood = true
    for (unit, factor) in secondsPerUnit {
      guard let value = reader.node(unit) else { continue }
      isStated = true
      guard let number = number(value), number >= 0, number * factor <= longestTimeout else {
        refuse(value, of: "'\(unit)'", expected: "a number of \(unit), such as 10")
        isUnderstood = false
        continue
      }
      seconds += number * factor
    }
    let skips = reader.bool("skip") ?? false
    reader.close()
    guard isUnderstood else { return nil }
    guard isStated, seconds > 0 else {
      report(
        .error,
        "empty-timeout",
        "\(what) states no time",
        at: node,
        expected: "days, hours, minutes or seconds, more than 0"
      )
      return nil
    }
    return StatedTimeout(.milliseconds(Int64((seconds * 1000).rounded())), skips: skips)
  }

  /// A mapping of names to timeouts.
  func timeoutTable(_ reader: inout MappingReader, _ key: String) -> [String: StatedTimeout] {
    guard var table = reader.mapping(key) else { return [:] }
    var timeouts: [String: StatedTimeout] = [:]
    for name in table.keys {
      guard let node = table.node(name) else { continue }
      timeouts[name] = timeout(node, what: "the timeout of '\(name)'")
    }
    return timeouts
  }
}
