// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import YAMLDocument

/// What came of looking for a base of a device file.
package enum DeviceBase: Sendable {
  case found(YAMLDocument)
  /// There is no such base: where it was looked for, and the names of those that are there.
  case missing(folders: [String], names: [String])
  /// It is there, and cannot be read or is no YAML.
  case unreadable(DiagnosticList)
}

extension YAMLDocument {
  /// A device file with the bases that it extends, merged into one document that knows which file says what.
  ///
  /// `extends` names a base or a list of them; a base may extend others. Each base counts once, before everything that
  /// extends it, and what comes later wins: the first named base, then the next, last the file itself. How two files
  /// are merged: see `YAMLNode.laid(over:)`. A file that extends nothing is given back as it is.
  ///
  /// - Parameter find: looks for the base `name` of the file `file`.
  /// - Throws: every mistake in the names of bases, every base that is missing or not readable.
  package func withBases(
    _ find: (_ name: String, _ file: String) -> DeviceBase
  ) throws(DiagnosticList) -> YAMLDocument {
    guard root.entry("extends") != nil else { return self }
    var layers = DeviceLayers()
    layers.add(self, find)
    guard !layers.diagnostics.hasErrors else { throw layers.diagnostics }
    return layers.merged
  }
}

/// The files that a device is made of.
private struct DeviceLayers {
  /// The deepest base first, the device's own file last.
  private var documents: [YAMLDocument] = []
  private(set) var diagnostics = DiagnosticList()
  /// The files from the device's own to the one whose bases are being added.
  private var chain: [String] = []

  /// Adds a file after its bases.
  mutating func add(_ document: YAMLDocument, _ find: (String, String) -> DeviceBase) {
    chain.append(document.file)
    defer { chain.removeLast() }
    let reading = Reading(document)
    for (name, node) in reading.baseNames() {
      switch find(name, document.file) {
      case .found(let base): add(base, named: name, at: node, reading, find)
      case .missing(let folders, let names): reading.reportMissing(name, at: node, folders: folders, names: names)
      case .unreadable(let findings): diagnostics.add(contentsOf: findings)
      }
    }
    diagnostics.add(contentsOf: reading.diagnostics)
    documents.append(document)
  }

  private mutating func add(
    _ base: YAMLDocument,
    named name: String,
    at node: YAMLNode,
    _ reading: Reading,
    _ find: (String, String) -> DeviceBase
  ) {
    if let start = chain.firstIndex(of: base.file) {
      let circle = (chain[start...] + [base.file]).map { String($0.split(separator: "/").last ?? "") }
      reading.report(
        .error,
        "circular-extends",
        "'\(name)' extends itself: \(circle.joined(separator: " → "))",
        at: node,
        advice: "Remove one of these 'extends'."
      )
    } else if case .mapping = base.root.content {
      if !documents.contains(where: { $0.file == base.file }) { add(base, find) }
    } else {
      let reading = Reading(base)
      reading.refuse(base.root, of: "a base", expected: "a mapping of keys to values")
      diagnostics.add(contentsOf: reading.diagnostics)
    }
  }

  /// The layers as one document. It goes by the name of the device's own file, and its files are in the order in which
  /// they win.
  var merged: YAMLDocument {
    let layers = documents.enumerated().map { index, document in
      var layer = document.root.moved(toFile: documents.count - 1 - index)
      if case .mapping(let entries) = layer.content {
        layer.content = .mapping(entries.filter { $0.key.keyText != "extends" })
      }
      return layer
    }
    return YAMLDocument(
      layers.dropFirst().reduce(layers[0]) { $1.laid(over: $0) },
      files: documents.reversed().map(\.file),
      warnings: diagnostics.items
    )
  }
}

extension YAMLNode {
  /// What a device file says, laid over what its bases say in the same place.
  ///
  /// Mappings are merged key by key, in the order of the base, new keys at the end. Everything else replaces what the
  /// base has, and so does a timeout, because the units of a timeout add up. A key of the base that is `null` here is
  /// removed; one with nothing after its colon stays as the base has it, because LAVA's device files name things that
  /// way (`minimal:`, `serial:`).
  ///
  /// - Parameter path: the keys that lead here from the top.
  func laid(over base: YAMLNode, path: [String] = []) -> YAMLNode {
    guard !Self.isTimeout(path), case .mapping(let own) = content, case .mapping(let inherited) = base.content else {
      return self
    }
    var entries: [YAMLEntry?] = inherited
    var positions: [YAMLValue: Int] = [:]
    for (position, entry) in inherited.enumerated() { positions[entry.key.value] = position }
    for entry in own {
      guard let position = positions[entry.key.value], let below = entries[position] else {
        entries.append(entry)
        continue
      }
      if !entry.value.isNull {
        let value = entry.value.laid(over: below.value, path: path + [entry.key.keyText ?? ""])
        entries[position] = YAMLEntry(key: entry.key, value: value)
      } else if !entry.value.isLeftOut {
        entries[position] = nil
      }
    }
    var merged = self
    merged.content = .mapping(entries.compactMap(\.self))
    return merged
  }

  /// `timeouts.actions.NAME` and `timeouts.connections.NAME`.
  private static func isTimeout(_ path: [String]) -> Bool { path.count == 3 && path[0] == "timeouts" }

  /// Whether nothing is written where the value would stand.
  private var isLeftOut: Bool {
    guard case .scalar(let scalar) = content else { return false }
    return scalar.isPlain && scalar.text.isEmpty && tag == nil
  }
}

extension Reading {
  /// The names under `extends` that can be names, each with its place.
  fileprivate func baseNames() -> [(name: String, node: YAMLNode)] {
    guard let entry = document.root.entry("extends") else { return [] }
    let expected = "the name of a base, or a list of names"
    if entry.value.isNull {
      report(.error, "missing-value", "'extends' has no value", at: entry.key, expected: expected)
      return []
    }
    var nodes = [entry.value]
    if case .sequence(let items) = entry.value.content { nodes = items }
    return nodes.compactMap { node in
      guard let name = filledString(node, what: nodes.count > 1 ? "an item of 'extends'" : "'extends'") else {
        return nil
      }
      guard isBaseName(name, node) else { return nil }
      return (name, node)
    }
  }

  /// A base is named, not pointed at: it is looked for where bases are.
  private func isBaseName(_ name: String, _ node: YAMLNode) -> Bool {
    let isControl = { (scalar: Unicode.Scalar) in scalar.properties.generalCategory == .control }
    guard name.contains("/") || name.hasPrefix(".") || name.unicodeScalars.contains(where: isControl) else {
      return true
    }
    report(
      .error,
      "not-a-name",
      "'\(name.shortened)' is not the name of a base",
      at: node,
      expected: "a name such as 'qemu', for the file bases/qemu.yaml"
    )
    return false
  }

  fileprivate func reportMissing(_ name: String, at node: YAMLNode, folders: [String], names: [String]) {
    let ending = ".yaml"
    let stem = name.hasSuffix(ending) ? String(name.dropLast(ending.count)) : name
    report(
      .error,
      "missing-base",
      "there is no base '\(name.shortened)'",
      at: node,
      expected: names.isEmpty ? nil : Expectation.one(of: names),
      suggestion: Suggestion.nearest(to: stem, among: names),
      advice: "A base is a file with the ending .yaml in \(folders.joined(separator: " or "))."
    )
  }
}
