// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// Makes the entries of one mapping from its keys and values: merge keys first, then its own, and of equal keys the
/// last, in the place of the first, as a Python dictionary is filled.
struct MappingComposer {
  let source: SourceText
  private(set) var warnings: [Diagnostic] = []
  private var entries: [YAMLEntry] = []
  /// What Python compares of each entry's key.
  private var identities: [YAMLValue] = []
  /// Where each key stands in `entries`; kept only beyond `smallCount` entries, because most mappings are small.
  private var positions: [YAMLValue: Int] = [:]
  /// The entries that the mapping itself has, not a merged one.
  private var own: [Bool] = []

  private static let smallCount = 12

  init(source: SourceText) { self.source = source }

  /// - Parameter nodes: keys, all of them scalars, and values in turn.
  mutating func entries(of nodes: [YAMLNode]) throws(DiagnosticError) -> [YAMLEntry] {
    entries.reserveCapacity(nodes.count / 2)
    identities.reserveCapacity(nodes.count / 2)
    own.reserveCapacity(nodes.count / 2)
    for index in stride(from: 0, to: nodes.count, by: 2) where Self.isMerge(nodes[index]) {
      try merge(nodes[index + 1])
    }
    for index in stride(from: 0, to: nodes.count, by: 2) where !Self.isMerge(nodes[index]) {
      put(YAMLEntry(key: nodes[index], value: nodes[index + 1]), isOwn: true)
    }
    return entries
  }

  private mutating func put(_ entry: YAMLEntry, isOwn: Bool) {
    let key = Self.identity(of: entry.key)
    guard let position = position(of: key) else {
      append(entry, key, isOwn: isOwn)
      return
    }
    if isOwn, own[position] { warnAboutDuplicate(entry.key, entries[position].key.start) }
    // Python keeps the first of two equal keys (of `1` and `true` the `1`); the place is the winner's.
    let content = entries[position].key.content
    entries[position] = entry
    entries[position].key.content = content
    own[position] = isOwn
  }

  private func position(of key: YAMLValue) -> Int? {
    entries.count <= Self.smallCount ? identities.firstIndex(of: key) : positions[key]
  }

  private mutating func append(_ entry: YAMLEntry, _ key: YAMLValue, isOwn: Bool) {
    entries.append(entry)
    identities.append(key)
    own.append(isOwn)
    if entries.count == Self.smallCount + 1 {
      for (position, key) in identities.enumerated() { positions[key] = position }
    } else if entries.count > Self.smallCount {
      positions[key] = entries.count - 1
    }
  }

  private static func isMerge(_ key: YAMLNode) -> Bool {
    guard case .scalar(let scalar) = key.content else { return false }
    if let tag = key.tag { return CoreTag(tag) == .merge }
    return scalar.isPlain && scalar.text == "<<"
  }

  private mutating func merge(_ node: YAMLNode) throws(DiagnosticError) {
    switch node.content {
    case .mapping(let merged): for entry in merged { put(entry, isOwn: false) }
    case .sequence(let items):
      // The first of a list wins.
      for item in items.reversed() {
        guard case .mapping(let merged) = item.content else { throw notMergeable(item) }
        for entry in merged { put(entry, isOwn: false) }
      }
    case .scalar: throw notMergeable(node)
    }
  }

  /// Python's equality of keys: `1`, `1.0` and `true` are one.
  private static func identity(of key: YAMLNode) -> YAMLValue {
    guard case .scalar(let scalar) = key.content else { return key.value }
    return switch scalar.value {
    case .bool(let flag): .int(flag ? 1 : 0)
    case .float(let number): Int(exactly: number).map(YAMLValue.int) ?? .float(number)
    default: scalar.value
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
