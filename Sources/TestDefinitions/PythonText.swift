// SPDX-License-Identifier: Apache-2.0

internal import YAMLDocument

/// How Python's `str()` shows a value of a job, which is what LAVA puts into scripts (spec test-shell §5.3).
enum PythonText {
  /// A scalar as `str()` shows it, but null as nothing. In a list or a mapping texts stand without their quotes:
  /// that is what is left of `['x', 'y']` when a shell has read it between quotes, `[x, y]`.
  static func plain(_ value: YAMLValue) -> String {
    if case .null = value { return "" }
    return nested(value) { $0 }
  }

  /// `str()` of a list or a mapping whose texts need no escapes: `['x', 'y']`.
  static func quoted(_ value: YAMLValue) -> String { nested(value) { "'\($0)'" } }

  private static func nested(_ value: YAMLValue, _ quote: (String) -> String) -> String {
    switch value {
    case .null: "None"
    case .bool(let flag): flag ? "True" : "False"
    case .int(let number): String(number)
    // The shortest digits that read back the same, as in Python.
    case .float(let number): number.description
    case .string(let text): quote(text)
    case .timestamp(let text): text
    case .sequence(let items): "[" + items.map { nested($0, quote) }.joined(separator: ", ") + "]"
    case .mapping(let pairs):
      "{" + pairs.map { "\(nested($0.key, quote)): \(nested($0.value, quote))" }.joined(separator: ", ") + "}"
    }
  }

  /// Every text inside a value.
  static func texts(in value: YAMLValue) -> [String] {
    switch value {
    case .string(let text): [text]
    case .sequence(let items): items.flatMap(texts)
    case .mapping(let pairs): pairs.flatMap { texts(in: $0.key) + texts(in: $0.value) }
    case .null, .bool, .int, .float, .timestamp: []
    }
  }
}
