// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// Makes the entries of one mapping from its keys and values: merge keys first, then its own, and of equal keys the
/// last, in the place of the first, as a Python dictionary is filled.
struct MappingComposer {
  let source: SourceText
  private(set) var warnings: [Diagnostic] = []
  private var entries: [YAMLEntry] = []
  /// Where each key stands in `entries`.
  private var positions: [YAMLValue: Int] = [:]

  init(source: SourceText) { self.source = source }

  /// - Parameter nodes: keys, all of them scalars, and values in turn.
  mutating func entries(of nodes: [YAMLNode]) throws(DiagnosticError) -> [YAMLEntry] {
    entries.reserveCapacity(nodes.count / 2)
    for index in stride(from: 0, to: nodes.count, by: 2) where Self.isMerge(nodes[index]) {
      try merge(nodes[index + 1])
    }
    var own: [YAMLValue: YAMLMark] = [:]
    for index in stride(from: 0, to: nodes.count, by: 2) where !Self.isMerge(nodes[index]) {
      let entry = YAMLEntry(key: nodes[index], value: nodes[index + 1])
      let key = Self.identity(of: entry.key)
      if let first = own.updateValue(entry.key.start, forKey: key) { warnAboutDuplicate(entry.key, first) }
      put(entry, key)
    }
    return entries
  }

  private mutating func put(_ entry: YAMLEntry, _ key: YAMLValue) {
    if let position = positions[key] {
      entries[position] = entry
    } else {
      positions[key] = entries.count
      entries.append(entry)
    }
  }

  private static func isMerge(_ key: YAMLNode) -> Bool {
    guard case .scalar(let scalar) = key.content else { return false }
    if let tag = key.tag { return CoreTag(tag) == .merge }
    return scalar.isPlain && scalar.text == "<<"
  }

  private mutating func merge(_ node: YAMLNode) throws(DiagnosticError) {
    switch node.content {
    case .mapping(let merged): put(merged)
    case .sequence(let items):
      // The first of a list wins.
      for item in items.reversed() {
        guard case .mapping(let merged) = item.content else { throw notMergeable(item) }
        put(merged)
      }
    case .scalar: throw notMergeable(node)
    }
  }

  private mutating func put(_ merged: [YAMLEntry]) {
    for entry in merged { put(entry, Self.identity(of: entry.key)) }
  }

  /// Python's equality of keys: `1`, `1.0` and `true` are one.
  private static func identity(of key: YAMLNode) -> YAMLValue {
    switch key.value {
    case .bool(let flag): .int(flag ? 1 : 0)
    case .float(let number): Int(exactly: number).map(YAMLValue.int) ?? .float(number)
    case let value: value
    }
  }

  private mutating func warnAboutDuplicate(_ key: YAMLNode, _ first: YAMLMark) {
    guard case .scalar(let scalar) = key.content else { return }
    warnings.append(
      Diagnostic(
        .warning,
        "duplicate-key",
        "the key '\(scalar.text)' was already given on line \(first.line + 1); this one replaces it",
        at: source.place(of: key.start),
        length: key.length,
        advice: "Remove one of the two."
      )
    )
  }

  private func notMergeable(_ node: YAMLNode) -> DiagnosticError {
    DiagnosticError(
      diagnostic: Diagnostic(
        .error,
        "not-mergeable",
        "the merge key '<<' wants a mapping",
        at: source.place(of: node.start),
        length: node.length,
        expected: "a mapping, an alias of one ('<<: *name'), or a list of those"
      )
    )
  }
}
