// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// What an `env-dut.yaml` makes of an environment before a board gets it (spec test-shell §4.3).
package struct EnvironmentChanges: Sendable {
  /// `purge`: begin with nothing instead of the environment of the host's process.
  package var isPurged = false
  /// `removes`: the names that go.
  package var removed: [String] = []
  /// `overrides`: what is set, in the order of the text.
  package var overrides: [(name: String, value: String)] = []

  /// Reads the file, which may be empty. What is wrong is in `reading.diagnostics`.
  package init(_ reading: Reading) {
    guard !reading.document.root.isNull,
      var top = MappingReader(reading.document.root, what: "the device's environment", reading: reading)
    else { return }
    isPurged = top.bool("purge") ?? false
    removed = top.strings("removes") ?? []
    if var table = top.mapping("overrides", expected: "a mapping of names to values") {
      for (name, entry) in table.table() {
        guard case .scalar(let scalar) = entry.value.content else {
          reading.refuse(entry.value, of: "the value of '\(name.shortened)'", expected: "a text or a number")
          continue
        }
        overrides.append((name, scalar.value == .null ? "" : scalar.text))
      }
      table.close()
    }
    top.close()
  }

  /// The environment that a board gets.
  ///
  /// - Parameter base: of the host's process, `NAME=value` each.
  package func applied(to base: [String]) -> [(name: String, value: String)] {
    let replaced = Set(removed).union(overrides.map(\.name))
    let kept = (isPurged ? [] : base).compactMap { line -> (name: String, value: String)? in
      guard let sign = line.firstIndex(of: "="), sign > line.startIndex else { return nil }
      let name = String(line[..<sign])
      return replaced.contains(name) ? nil : (name, String(line[line.index(after: sign)...]))
    }
    return kept + overrides
  }
}
