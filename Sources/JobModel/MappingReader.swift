// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// Reads one mapping key by key. Asking for a key makes it known; `close` reports the keys that nobody asked for and the
/// required ones that are missing.
///
/// A key whose value is null counts as absent, and where it is required, as an error of its own.
struct MappingReader {
  let reading: Reading
  /// The mapping; with the keys that `correct` put right.
  private(set) var node: YAMLNode
  /// What the mapping belongs to, for sentences: `the deploy action`.
  private let owner: String
  /// The keys that lead to it from there, joined by full stops.
  private let path: String
  /// Where what is missing is reported: the key that the mapping stands under.
  let anchor: YAMLNode
  private var entries: [YAMLEntry]
  private var known: Set<String> = []
  /// The keys that were asked for: a report offers them, unless they are `unlisted`.
  private var asked: Set<String> = []
  private var unlisted: Set<String> = []
  private var isFreeForm = false
  private var isOpen = false
  private var missing: [(key: String, expected: String?)] = []

  /// The most keys that a report lists; more are no help.
  private static let longestOffer = 10

  /// Reports and gives nil when the node is no mapping.
  ///
  /// - Parameters:
  ///   - owner: what the mapping is, for sentences: `the deploy action`; or whose it is, if there is a `path`.
  ///   - anchor: where what is missing is reported; the mapping itself if nothing is given.
  init?(_ node: YAMLNode, what owner: String, path: String = "", reading: Reading, anchor: YAMLNode? = nil) {
    self.node = node
    self.owner = owner
    self.path = path
    self.reading = reading
    self.anchor = anchor ?? node
    guard case .mapping(let entries) = node.content else {
      reading.refuse(node, of: path.isEmpty ? owner : "'\(path)' of \(owner)", expected: "a mapping of keys to values")
      return nil
    }
    self.entries = entries
    note { _ in }
  }

  private func note(_ change: (inout Inquiry.Mapping) -> Void) { reading.inquiry?.note(node, what: what, change) }

  /// What the mapping is, for sentences: `the deploy action`, `'auto_login' of the boot action`.
  var what: String { path.isEmpty ? owner : "'\(path)' of \(owner)" }

  private func path(to key: String) -> String { path.isEmpty ? key.shortened : "\(path).\(key.shortened)" }

  var isEmpty: Bool { entries.isEmpty }

  func has(_ key: String) -> Bool {
    note { $0.lookedFor.insert(key) }
    return entries.contains { $0.key.keyText == key }
  }

  /// The entry of a key, whatever its value.
  mutating func entry(_ key: String) -> YAMLEntry? {
    known.insert(key)
    asked.insert(key)
    note { $0.known.insert(key) }
    return entries.first { $0.key.keyText == key }
  }

  /// Makes keys known that are understood elsewhere, or deliberately not used.
  mutating func accept(_ keys: String...) { accept(keys) }

  /// Makes keys known that are understood elsewhere, or deliberately not used.
  mutating func accept(_ keys: [String]) {
    known.formUnion(keys)
    note { $0.known.formUnion(keys) }
  }

  /// Makes keys known that no report offers, whether they are read or not.
  mutating func acceptUnlisted(_ keys: [String]) {
    accept(keys)
    unlisted.formUnion(keys)
  }

  /// Says which words can stand under a key in the place of what else it takes.
  func offer(_ words: [String], for key: String) { note { $0.words[key] = words } }

  /// From here on no key is unknown: the mapping is free-form, or not read to its end.
  mutating func acceptAll() {
    isFreeForm = true
    note { $0.isFreeForm = true }
  }

  /// From here on keys are unknown only where they look like a known one that is not there: there are more than are
  /// read here.
  mutating func acceptOthers() {
    isOpen = true
    note { $0.isFreeForm = true }
  }

  /// The entries of a mapping whose names its writer chooses, in the order of the text. Keys that are no texts (`1`,
  /// `yes`) are reported and left out.
  mutating func table() -> [(name: String, entry: YAMLEntry)] {
    isFreeForm = true
    note { $0.isTable = true }
    return entries.compactMap { entry in
      guard let name = entry.key.keyText else {
        reading.refuse(entry.key, of: "a key of \(what)", expected: "a text")
        return nil
      }
      return (name, entry)
    }
  }

  /// The mapping under an entry; nil when that has no value.
  func mapping(under entry: YAMLEntry) -> MappingReader? {
    guard !entry.value.isNull else { return nil }
    let path = path(to: entry.key.keyText ?? "")
    return MappingReader(entry.value, what: owner, path: path, reading: reading, anchor: entry.key)
  }

  /// Takes an unknown key that looks like an absent required one for that one, and reports it. The other known keys have
  /// to be known by now.
  mutating func correct(_ required: [String]) {
    accept(required)
    for key in required where !has(key) {
      guard let slip = slip(for: key, among: Array(entries.indices)),
        case .scalar(var scalar) = entries[slip].key.content
      else { continue }
      reportSlip(entries[slip].key, for: key)
      scalar.text = key
      scalar.value = .string(key)
      entries[slip].key.content = .scalar(scalar)
      node.content = .mapping(entries)
    }
  }

  /// The value of a key that LAVA no longer has, or that only old documents have. It is said what replaces it; where
  /// unknown keys are refused it is refused, as LAVA refuses it.
  mutating func oldNode(_ key: String, now advice: String) -> YAMLNode? {
    accept(key)
    note { $0.old[key] = advice }
    guard let entry = entries.first(where: { $0.key.keyText == key }) else { return nil }
    reading.report(
      reading.isStrict ? .error : .note,
      "old-key",
      "'\(key)' of \(what) is a key of older versions of LAVA",
      at: entry.key,
      advice: advice
    )
    return entry.value.isNull ? nil : entry.value
  }

  /// Says of keys that LAVA no longer has what replaces them; their values have no effect.
  mutating func drop(_ keys: [String], now advice: String) {
    for key in keys { _ = oldNode(key, now: advice) }
  }

  /// The value of a key. A required key that is absent is remembered for `close`, one without a value reported.
  mutating func node(_ key: String, required: Bool = false, expected: String? = nil) -> YAMLNode? {
    if let expected { note { $0.expected[key] = expected } }
    guard let entry = entry(key) else {
      if required {
        missing.append((key, expected))
        note { $0.missing.insert(key) }
      }
      return nil
    }
    guard entry.value.isNull else { return entry.value }
    if required {
      let message = "'\(path(to: key))' of \(owner) has no value"
      reading.report(.error, "missing-value", message, at: entry.key, expected: expected)
    }
    return nil
  }

  mutating func string(_ key: String, required: Bool = false) -> String? {
    guard let node = node(key, required: required, expected: "a text") else { return nil }
    return reading.string(node, what: "'\(key)'")
  }

  /// A text that means nothing when it is empty: a URL, a pattern.
  mutating func filledString(_ key: String, required: Bool = false) -> String? {
    guard let node = node(key, required: required, expected: "a text") else { return nil }
    return reading.filledString(node, what: "'\(key)'")
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

  mutating func mapping(_ key: String, required: Bool = false, expected: String = "a mapping") -> MappingReader? {
    guard node(key, required: required, expected: expected) != nil else { return nil }
    return entry(key).flatMap(mapping(under:))
  }

  /// A mapping that is passed on as it is; an empty one where there is none.
  mutating func freeMapping(_ key: String, required: Bool = false) -> YAMLValue {
    guard let node = node(key, required: required, expected: "a mapping of names to values") else {
      return .mapping([])
    }
    guard case .mapping = node.content else {
      reading.refuse(node, of: "'\(key)'", expected: "a mapping of names to values")
      return .mapping([])
    }
    return node.value
  }

  mutating func list(_ key: String, required: Bool = false) -> [YAMLNode]? {
    guard let node = node(key, required: required, expected: "a list") else { return nil }
    guard case .sequence(let items) = node.content else {
      reading.refuse(
        node,
        of: "'\(key)'",
        expected: "a list",
        advice: "Start each item on a line of its own with '- '."
      )
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
  /// - Parameters:
  ///   - offered: the words that a report names, where not every known one is a good choice.
  ///   - synonyms: words that people write instead, and what they mean.
  mutating func choice<Choice>(
    _ key: String,
    required: Bool = false,
    offered: [Choice] = Array(Choice.allCases),
    synonyms: [String: Choice] = [:]
  ) -> Choice?
  where Choice: RawRepresentable<String> & CaseIterable {
    note { $0.choices[key] = Choice.allCases.map(\.rawValue) }
    let expected = Expectation.one(of: offered.map(\.rawValue))
    guard let node = node(key, required: required, expected: expected),
      let text = reading.string(node, what: "'\(key)'")
    else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    reading.report(
      .error,
      "unknown-value",
      "'\(text.shortened)' is not a known value of '\(key)' in \(what)",
      at: node,
      expected: expected,
      suggestion: synonyms[text]?.rawValue ?? Suggestion.nearest(to: text, among: Choice.allCases.map(\.rawValue))
    )
    return nil
  }
}

// MARK: - The end of a mapping

extension MappingReader {
  /// Reports what is missing and what is unknown. A missing key beside an unknown one that looks like it is one error.
  func close() {
    note { $0.isClosed = true }
    var unknown = entries.indices.filter { !isKnown(entries[$0]) }
    for (key, expected) in missing {
      if let slip = slip(for: key, among: unknown) {
        unknown.removeAll { $0 == slip }
        reportSlip(entries[slip].key, for: key)
      } else {
        reading.report(.error, "missing-key", "\(what) needs '\(key)'", at: anchor, expected: expected)
      }
    }
    guard !isFreeForm, !unknown.isEmpty else { return }
    let absent = known.filter { !has($0) }.sorted()
    let offer = absent.filter { asked.contains($0) && !unlisted.contains($0) }
    for index in unknown {
      let key = entries[index].key
      // Where a base has the known key, a misspelled one beside it is meant to replace that.
      let meant = isOpen ? known.sorted() : absent
      if isOpen, Suggestion.nearest(to: key.keyText ?? "", among: meant) == nil { continue }
      reportUnknown(key, among: meant, offer: offer)
    }
  }

  private func isKnown(_ entry: YAMLEntry) -> Bool { entry.key.keyText.map(known.contains) ?? false }

  /// Whether an unknown key is there that was most likely meant to be this one.
  func hasSlip(for key: String) -> Bool { slip(for: key, among: Array(entries.indices)) != nil }

  /// The unknown key among some entries that was most likely meant to be `key`.
  private func slip(for key: String, among indices: [Int]) -> Int? {
    indices.first { index in
      guard !isKnown(entries[index]), let word = entries[index].key.keyText else { return false }
      return Suggestion.nearest(to: word, among: [key]) != nil
    }
  }

  private func reportSlip(_ node: YAMLNode, for key: String) {
    reading.report(
      .error,
      "unknown-key",
      "unknown key '\((node.keyText ?? "").shortened)' in \(what), which needs '\(key)'",
      at: node,
      suggestion: key
    )
  }

  private func reportUnknown(_ node: YAMLNode, among candidates: [String], offer: [String]) {
    let suggestion = node.keyText.flatMap { Suggestion.nearest(to: $0, among: candidates) }
    let isHelpful = suggestion == nil && !offer.isEmpty && offer.count <= Self.longestOffer
    let name = node.keyText.map { "'\($0.shortened)'" } ?? "which is \(node.spoken)"
    reading.report(
      reading.isStrict ? .error : .warning,
      "unknown-key",
      "unknown key \(name) in \(what)\(reading.isStrict ? "" : ": it has no effect")",
      at: node,
      expected: isHelpful ? Expectation.one(of: offer) : nil,
      suggestion: suggestion
    )
  }
}

/// Phrases for `Diagnostic.expected`.
enum Expectation {
  static func one(of words: [String]) -> String {
    words.count == 1 ? words[0] : "one of: \(words.sorted().joined(separator: ", "))"
  }
}
