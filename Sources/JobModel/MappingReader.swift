// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// Reads one mapping key by key. Asking for a key makes it known; `close` reports the keys that nobody asked for and the
/// required ones that are missing.
///
/// A key whose value is null counts as absent unless it is required.
struct MappingReader {
  let reading: Reading
  let node: YAMLNode
  /// What the mapping is, for sentences: `the deploy action`.
  let what: String
  private let entries: [YAMLEntry]
  private var known: Set<String> = []
  private var missing: [(key: String, expected: String?)] = []

  /// Reports and gives nil when the node is no mapping.
  init?(_ node: YAMLNode, what: String, reading: Reading) {
    guard case .mapping(let entries) = node.content else {
      reading.refuse(node, of: what, expected: "a mapping of keys to values")
      return nil
    }
    self.node = node
    self.what = what
    self.reading = reading
    self.entries = entries
    for entry in entries where entry.key.keyText == nil {
      reading.refuse(entry.key, of: "a key of \(what)", expected: "a text")
    }
  }

  /// The keys in the order of the text.
  var keys: [String] { entries.compactMap(\.key.keyText) }

  /// The entry of a key, whatever its value.
  mutating func entry(_ key: String) -> YAMLEntry? {
    known.insert(key)
    return entries.last { $0.key.keyText == key }
  }

  /// Makes keys known that are understood elsewhere, or deliberately not used.
  mutating func accept(_ keys: String...) { known.formUnion(keys) }

  /// Makes every key known: the mapping is free-form.
  mutating func acceptAll() { known.formUnion(keys) }

  /// The value of a key; a required key that is absent is remembered for `close`.
  mutating func node(_ key: String, required: Bool = false, expected: String? = nil) -> YAMLNode? {
    if let entry = entry(key), required || !entry.value.isNull { return entry.value }
    if required { missing.append((key, expected)) }
    return nil
  }

  mutating func string(_ key: String, required: Bool = false) -> String? {
    guard let node = node(key, required: required, expected: "a text") else { return nil }
    return reading.string(node, what: "'\(key)'")
  }

  mutating func bool(_ key: String) -> Bool? {
    guard let node = node(key) else { return nil }
    guard case .scalar(let scalar) = node.content, case .bool(let flag) = scalar.value else {
      reading.refuse(node, of: "'\(key)'", expected: "true or false")
      return nil
    }
    return flag
  }

  mutating func int(_ key: String, atLeast minimum: Int) -> Int? {
    guard let node = node(key) else { return nil }
    guard case .scalar(let scalar) = node.content, case .int(let number) = scalar.value, number >= minimum else {
      reading.refuse(node, of: "'\(key)'", expected: "a whole number, at least \(minimum)")
      return nil
    }
    return number
  }

  mutating func mapping(_ key: String, required: Bool = false) -> MappingReader? {
    guard let node = node(key, required: required, expected: "a mapping") else { return nil }
    return MappingReader(node, what: "'\(key)' of \(what)", reading: reading)
  }

  mutating func list(_ key: String, required: Bool = false) -> [YAMLNode]? {
    guard let node = node(key, required: required, expected: "a list") else { return nil }
    guard case .sequence(let items) = node.content else {
      reading.refuse(node, of: "'\(key)'", expected: "a list", advice: "Start each item on a line of its own with '- '.")
      return nil
    }
    return items
  }

  mutating func strings(_ key: String, required: Bool = false) -> [String]? {
    list(key, required: required)?.compactMap { reading.string($0, what: "an item of '\(key)'") }
  }

  /// One text or a list of texts.
  mutating func oneOrMoreStrings(_ key: String) -> [String]? {
    guard let node = node(key) else { return nil }
    if case .sequence(let items) = node.content {
      return items.compactMap { reading.string($0, what: "an item of '\(key)'") }
    }
    return reading.string(node, what: "'\(key)'").map { [$0] }
  }

  /// One of a few words. Reports with the nearest word otherwise.
  ///
  /// - Parameter offered: the words that a report names, where not every known one is a good choice.
  mutating func choice<Choice>(_ key: String, required: Bool = false, offered: [Choice]? = nil) -> Choice?
  where Choice: RawRepresentable<String> & CaseIterable {
    let words = Choice.allCases.map(\.rawValue)
    let expected = "one of: \((offered?.map(\.rawValue) ?? words).sorted().joined(separator: ", "))"
    guard let node = node(key, required: required, expected: expected),
      let text = reading.string(node, what: "'\(key)'")
    else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    reading.report(
      .error,
      "unknown-value",
      "'\(text)' is not a known value of '\(key)' in \(what)",
      at: node,
      expected: expected,
      suggestion: Suggestion.nearest(to: text, among: words)
    )
    return nil
  }

  /// Reports what is missing and what is unknown. A missing key beside an unknown one that looks like it is one error.
  func close() {
    var unknown = entries.filter { $0.key.keyText.map { !known.contains($0) } ?? false }
    for (key, expected) in missing {
      let slip = unknown.firstIndex { Suggestion.nearest(to: $0.key.keyText ?? "", among: [key]) != nil }
      if let slip {
        let entry = unknown.remove(at: slip)
        reading.report(
          .error,
          "unknown-key",
          "unknown key '\(entry.key.keyText ?? "")' in \(what), which needs '\(key)'",
          at: entry.key,
          suggestion: key
        )
      } else {
        reading.report(.error, "missing-key", "\(what) needs '\(key)'", at: node, expected: expected)
      }
    }
    let candidates = known.subtracting(keys)
    for entry in unknown {
      guard let key = entry.key.keyText else { continue }
      let suggestion = Suggestion.nearest(to: key, among: candidates.sorted())
      reading.report(
        reading.isStrict ? .error : .warning,
        "unknown-key",
        "unknown key '\(key)' in \(what)\(reading.isStrict ? "" : ": it has no effect")",
        at: entry.key,
        expected: suggestion == nil ? "one of: \(known.sorted().joined(separator: ", "))" : nil,
        suggestion: suggestion
      )
    }
  }
}

extension Reading {
  /// The text of a scalar that YAML takes for a text.
  func string(_ node: YAMLNode, what: String) -> String? {
    guard case .scalar(let scalar) = node.content, scalar.value != .null else {
      refuse(node, of: what, expected: "a text")
      return nil
    }
    guard case .string(let text) = scalar.value else {
      refuse(node, of: what, expected: "a text", advice: "Put it in quotes: '\(scalar.text)'.")
      return nil
    }
    return text
  }

  /// The finite number of a scalar.
  func number(_ node: YAMLNode) -> Double? {
    guard case .scalar(let scalar) = node.content else { return nil }
    switch scalar.value {
    case .int(let number): return Double(number)
    case .float(let number) where number.isFinite: return number
    default: return nil
    }
  }
}
