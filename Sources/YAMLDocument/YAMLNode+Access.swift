// SPDX-License-Identifier: Apache-2.0

extension YAMLNode {
  /// What the node means, without places.
  package var value: YAMLValue {
    switch content {
    case .scalar(let scalar): scalar.value
    case .sequence(let items): .sequence(items.map(\.value))
    case .mapping(let entries): .mapping(entries.map { YAMLValue.Pair($0.key.value, $0.value.value) })
    }
  }

  /// The entry of a string key, where the node is a mapping that has it.
  package func entry(_ key: String) -> YAMLEntry? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key.isString(key) }
  }

  /// The value of a string key, where the node is a mapping that has it.
  package subscript(key: String) -> YAMLNode? { entry(key)?.value }

  /// How many characters a caret below the node should underline: a node on one line whole; of a mapping over several
  /// lines its first key; of anything else over several lines the first character.
  package var length: Int {
    if start.line == end.line { return end.column - start.column }
    if case .mapping(let entries) = content, let key = entries.first?.key, key.start == start,
      key.end.line == start.line
    {
      return key.length
    }
    return 1
  }

  /// The same node and what it holds, as part of a document that has their text as another of its files.
  package func moved(toFile file: Int) -> YAMLNode {
    var node = self
    node.start.file = file
    node.end.file = file
    switch content {
    case .scalar: break
    case .sequence(let items): node.content = .sequence(items.map { $0.moved(toFile: file) })
    case .mapping(let entries):
      node.content = .mapping(
        entries.map { YAMLEntry(key: $0.key.moved(toFile: file), value: $0.value.moved(toFile: file)) }
      )
    }
    return node
  }

  private func isString(_ text: String) -> Bool {
    guard case .scalar(let scalar) = content, case .string(let string) = scalar.value else { return false }
    return string == text
  }
}
