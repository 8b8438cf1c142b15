// SPDX-License-Identifier: Apache-2.0

import YAMLDocument

/// Makes a JSON Schema of what the readers answer to a probe.
///
/// Mappings become `$defs`. Two mappings of which the same is asked are one: so an image, whose overlays hold images,
/// comes to an end.
struct SchemaBuilder {
  /// The schema of a value, and one that it allows.
  struct Described {
    var schema: YAMLValue
    var example: YAMLValue
  }

  /// What is said of a collection that only holds too little.
  private static let tooLittle: Set<String> = ["missing-key", "empty-timeout", "no-images", "no-prompts", "no-actions"]

  /// Texts that have a form, and the pattern of it: a timeout of older versions of LAVA, a folder of an archive, the
  /// address of an NFS root, a checksum of each length.
  private static let forms: [(example: String, pattern: String)] =
    [("2m", "^[0-9]+[smhd]$"), ("folder/", "^[^/].*/$"), ("server:/path", ":/|[{]")]
    + [32, 64, 128].map { (String(repeating: "f", count: $0), "^[0-9A-Fa-f]{\($0)}$") }

  /// The names in tables that can have a schema of their own.
  static let ownNames = OwnLabel.allCases.map(\.rawValue) + OwnMethod.allCases.map(\.rawValue)

  /// What two mappings have in common that are described once.
  private struct Kind: Hashable {
    var facts: Inquiry.Mapping
    /// What is said of a mapping, and of a text, under a name that its writer chooses, and under each that has a schema
    /// of its own; of an open mapping, what is said of mappings under its keys.
    var elements: [SchemaProbe.Answer] = []
  }

  let probe: SchemaProbe
  let isStrict: Bool
  /// What the names of definitions end in.
  private let suffix: String
  /// In the order in which they were met.
  private(set) var definitions: [YAMLValue.Pair] = []
  private var names: [Kind: String] = [:]

  init(probe: SchemaProbe, isStrict: Bool, suffix: String = "") {
    self.probe = probe
    self.isStrict = isStrict
    self.suffix = suffix
  }

  /// The schema of a whole document.
  ///
  /// - Parameter others: entries that it has to have.
  mutating func root(beside others: [YAMLValue.Pair] = []) -> [YAMLValue.Pair] {
    mapping(at: [], beside: others, isNeverEmpty: false)
  }
}

// MARK: - Values

extension SchemaBuilder {
  /// The schema of a value; nil where the readers accept none there.
  ///
  /// - Parameters:
  ///   - choices: the words that it can be, if it is one of a few.
  ///   - words: those that it can be in the place of something else.
  mutating func value(
    at way: [SchemaProbe.Step],
    named name: String,
    choices: [String]?,
    words: [String] = []
  ) -> Described? {
    guard words.isEmpty else { return worded(value(at: way, named: name, choices: choices), words) }

    let isOptional = accepts(.null, way)
    let nothing: [YAMLValue] = isOptional ? [.null] : []
    if let choices {
      let words = choices.filter { accepts(.string($0), way) }
      guard let first = words.first else { return nil }
      return Described(schema: ["enum": .sequence(words.map { .string($0) } + nothing)], example: .string(first))
    }
    if isOptional, isFree(way), isFree(way + [.item]) { return Described(schema: true, example: "text") }
    let scalars = scalars(way)
    let list = list(way, named: name)
    let asked = probe.answer(to: [:], at: way)
    let isLooked = asked.mapping?.hasOneKey == true && asked.errors == ["wrong-type"]
    let isMapping = isLooked || asked.errors.isSubset(of: Self.tooLittle)
    var types = scalars.types
    var keywords = scalars.keywords
    if let list {
      types.append("array")
      keywords += list
    }
    if isOptional { types.append("null") }
    let example: YAMLValue? = isMapping ? [:] : list != nil ? [] : scalars.example
    guard let example else { return nil }
    guard isMapping, let facts = asked.mapping else {
      return Described(schema: Self.typed(types + (isMapping ? ["object"] : []), keywords), example: example)
    }
    let isNeverEmpty = !asked.errors.isSubset(of: ["missing-key"])
    let reference: YAMLValue = [
      "$ref": .string("#/$defs/" + define(facts, at: way, named: name, isNeverEmpty: isNeverEmpty))
    ]
    guard !types.isEmpty else { return Described(schema: reference, example: example) }
    return Described(schema: ["anyOf": [reference, Self.typed(types, keywords)]], example: example)
  }

  /// The same value, where it can be one of some words too.
  private func worded(_ value: Described?, _ words: [String]) -> Described? {
    let choice: YAMLValue = ["enum": .sequence(words.map { .string($0) })]
    guard let value else { return words.first.map { Described(schema: choice, example: .string($0)) } }
    return Described(schema: ["anyOf": [value.schema, choice]], example: value.example)
  }

  /// Whether nobody looks at a value.
  private func isFree(_ way: [SchemaProbe.Step]) -> Bool {
    let mapping = probe.answer(to: [:], at: way)
    let values: [YAMLValue] = [true, 1, "text", "", []]
    return mapping.mapping == nil && mapping.errors.isEmpty && values.allSatisfy { accepts($0, way) }
  }

  private func accepts(_ value: YAMLValue, _ way: [SchemaProbe.Step]) -> Bool {
    probe.answer(to: value, at: way).errors.isEmpty
  }

  private static func typed(_ types: [String], _ keywords: [YAMLValue.Pair]) -> YAMLValue {
    let names = types.map { YAMLValue.string($0) }
    return .mapping([.init("type", names.count == 1 ? names[0] : .sequence(names))] + keywords)
  }

  /// The types that are no collections, with what they are bound by.
  private func scalars(
    _ way: [SchemaProbe.Step]
  ) -> (types: [String], keywords: [YAMLValue.Pair], example: YAMLValue?) {
    var types: [String] = []
    var keywords: [YAMLValue.Pair] = []
    var example: YAMLValue?
    if accepts(true, way) {
      types.append("boolean")
      example = true
    }
    if accepts(1, way) {
      types.append(accepts(.float(1.5), way) ? "number" : "integer")
      if !accepts(-1, way) { keywords.append(.init("minimum", accepts(0, way) ? 0 : 1)) }
      example = 1
    }
    if accepts("text", way) {
      types.append("string")
      if !accepts("", way) { keywords.append(.init("minLength", 1)) }
      example = "text"
    } else if let form = Self.forms.first(where: { accepts(.string($0.example), way) }) {
      types.append("string")
      keywords.append(.init("pattern", .string(form.pattern)))
      example = .string(form.example)
    }
    return (types, keywords, example)
  }

  /// What a list there is bound by; nil where there can be none.
  private mutating func list(_ way: [SchemaProbe.Step], named name: String) -> [YAMLValue.Pair]? {
    let empty = probe.answer(to: [], at: way).errors
    guard empty.isSubset(of: Self.tooLittle) else { return nil }
    var keywords: [YAMLValue.Pair] = []
    if !empty.isEmpty { keywords.append(.init("minItems", 1)) }
    let items = value(at: way + [.item], named: "\(name)-item", choices: nil)
    if let items, items.schema != true { keywords.append(.init("items", items.schema)) }
    return keywords
  }

  /// The name of the definition of a mapping.
  private mutating func define(
    _ facts: Inquiry.Mapping,
    at way: [SchemaProbe.Step],
    named name: String,
    isNeverEmpty: Bool
  ) -> String {
    var kind = Kind(facts: facts)
    kind.facts.what = ""
    if facts.isTable {
      kind.elements = (["NAME"] + Self.ownNames).flatMap { name in
        ([[:], "text"] as [YAMLValue]).map { value in
          var answer = probe.answer(to: value, at: way + [.key(name, beside: [])])
          answer.mapping?.what = ""
          return answer
        }
      }
    }
    // Of those that are open, what is known of them says little.
    if facts.isFreeForm {
      kind.elements += facts.known.sorted().map { key in
        var answer = probe.answer(to: [:], at: way + [.key(key, beside: [])])
        answer.mapping?.what = ""
        return answer
      }
    }
    if let name = names[kind] { return name }
    let taken = Set(names.values)
    let base = name + suffix
    let free =
      ([base] + (2...).lazy.prefix(taken.count + 1).map { "\(base)-\($0)" }).first { !taken.contains($0) } ?? base
    names[kind] = free
    let position = definitions.count
    definitions.append(.init(.string(free), true))
    definitions[position].value = .mapping(mapping(at: way, beside: [], isNeverEmpty: isNeverEmpty))
    return free
  }
}
