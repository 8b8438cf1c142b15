// SPDX-License-Identifier: Apache-2.0

import YAMLDocument

extension SchemaBuilder {
  /// What is known of one kind of a mapping.
  private struct Branch: Hashable {
    var properties: [YAMLValue.Pair] = []
    /// Keywords that say which keys there have to be.
    var conditions: [YAMLValue.Pair] = []
    /// Of the names that its writer chooses.
    var others: YAMLValue?
    /// Any other key will do.
    var isOpen = false
    /// The keys that make it one where any other will do.
    var openers: [String] = []
  }

  /// The schema of a mapping.
  ///
  /// - Parameter others: entries that it has to have.
  mutating func mapping(
    at way: [SchemaProbe.Step],
    beside others: [YAMLValue.Pair],
    isNeverEmpty: Bool
  ) -> [YAMLValue.Pair] {
    let facts = answer(to: others, way)
    var pairs: [YAMLValue.Pair] = [.init("type", "object"), .init("title", .string(facts.what))]
    if isNeverEmpty { pairs.append(.init("minProperties", 1)) }
    if facts.hasOneKey { pairs.append(.init("maxProperties", 1)) }
    guard let (key, words) = kinds(of: facts, at: way, beside: others) else {
      var branch = branch(at: way, beside: others)
      branch.properties = others.map { .init($0.key, true) } + branch.properties
      return pairs + keywords(branch, of: facts)
    }
    let absent = facts.missing.contains(key) ? nil : branch(at: way, beside: others, without: key)
    let groups = groups(of: key, words, at: way, beside: others)
    let branches = groups.map(\.branch) + [absent].compactMap(\.self)
    let common = branches[0].properties.filter { pair in branches.allSatisfy { $0.properties.contains(pair) } }
    let values = words.map { YAMLValue.string($0) } + (absent == nil ? [] : [.null])
    let choice: YAMLValue.Pair = .init(.string(key), ["enum": .sequence(values)])
    pairs.append(.init("properties", .mapping([choice] + common)))
    if facts.missing.contains(key) { pairs.append(.init("required", [.string(key)])) }
    // The one that also holds where the key is absent does not ask for it.
    let rules = groups.map { branch, words -> YAMLValue in
      let words: YAMLValue = .mapping([
        .init("properties", .mapping([.init(.string(key), ["enum": .sequence(words.map { .string($0) })])]))
      ])
      let present: YAMLValue = ["required": [.string(key)]]
      let condition: YAMLValue = branch == absent ? words : .mapping((present.mapping ?? []) + (words.mapping ?? []))
      var branch = branch
      branch.properties.removeAll(where: common.contains)
      // Said above; where no other key may be, they have to be named.
      if isStrict { branch.properties = ([choice] + common).map { .init($0.key, true) } + branch.properties }
      return ["if": condition, "then": .mapping(keywords(branch, of: facts))]
    }
    return pairs + [.init("allOf", .sequence(rules))]
  }

  private func keywords(_ branch: Branch, of facts: Inquiry.Mapping) -> [YAMLValue.Pair] {
    var pairs: [YAMLValue.Pair] = []
    if !branch.properties.isEmpty { pairs.append(.init("properties", .mapping(branch.properties))) }
    pairs += branch.conditions
    if let others = branch.others {
      pairs.append(.init("additionalProperties", others))
    } else if facts.hasOneKey {
      pairs.append(.init("additionalProperties", false))
    } else if isStrict, !branch.isOpen {
      if branch.openers.isEmpty {
        pairs.append(.init("additionalProperties", false))
      } else {
        pairs.append(.init("if", ["anyOf": .sequence(branch.openers.map { ["required": [.string($0)]] })]))
        pairs.append(.init("else", ["propertyNames": ["enum": .sequence(branch.properties.map(\.key))]]))
      }
    }
    return pairs
  }

  private func answer(to pairs: [YAMLValue.Pair], _ way: [SchemaProbe.Step]) -> Inquiry.Mapping {
    probe.answer(to: .mapping(pairs), at: way).mapping ?? Inquiry.Mapping(what: "")
  }

  /// The key whose word decides what else is asked of a mapping, and the words that it can be.
  private func kinds(
    of facts: Inquiry.Mapping,
    at way: [SchemaProbe.Step],
    beside others: [YAMLValue.Pair]
  ) -> (key: String, words: [String])? {
    for (key, words) in facts.choices.sorted(by: { $0.key < $1.key }) {
      let allowed = words.filter {
        probe.answer(to: .string($0), at: way + [.key(key, beside: others)]).errors.isEmpty
      }
      let answers = Set(allowed.map { answer(to: others + [.init(.string(key), .string($0))], way) })
      if answers.count > 1 { return (key, allowed) }
    }
    return nil
  }

  /// The words of a key, those by which the same is asked together: they are one kind.
  private mutating func groups(
    of key: String,
    _ words: [String],
    at way: [SchemaProbe.Step],
    beside others: [YAMLValue.Pair]
  ) -> [(branch: Branch, words: [String])] {
    var groups: [(facts: Inquiry.Mapping, words: [String])] = []
    for word in words {
      let facts = answer(to: others + [.init(.string(key), .string(word))], way)
      if let index = groups.firstIndex(where: { $0.facts == facts }) {
        groups[index].words.append(word)
      } else {
        groups.append((facts, [word]))
      }
    }
    return groups.map { _, words in
      (branch(at: way, beside: others + [.init(.string(key), .string(words[0]))]), words)
    }
  }

  /// Asks for each key alone, and for those that are known only beside it.
  private mutating func branch(
    at way: [SchemaProbe.Step],
    beside given: [YAMLValue.Pair],
    without omitted: String? = nil
  ) -> Branch {
    let facts = answer(to: given, way)
    var branch = Branch()
    branch.isOpen = facts.isFreeForm || !facts.isClosed && !facts.isTable && !facts.hasOneKey
    var met = Set(given.compactMap(\.key.string))
    if let omitted { met.insert(omitted) }
    let first = facts.known.union(facts.lookedFor).subtracting(met)
    var waiting = first.sorted().map { (key: $0, beside: given, facts: facts) }
    met.formUnion(first)
    var alone: [(key: String, missing: Set<String>)] = []
    while let (key, others, known) = waiting.first {
      waiting.removeFirst()
      let wayToKey = way + [.key(key, beside: others)]
      guard let described = value(at: wayToKey, named: key, choices: known.choices[key], words: known.words[key] ?? [])
      else { continue }
      let with = others + [YAMLValue.Pair(.string(key), described.example)]
      let then = answer(to: with, way)
      guard then.known.contains(key) else { continue }
      branch.properties.append(.init(.string(key), annotated(described.schema, key, known)))
      alone.append((key, then.missing))
      if !branch.isOpen, then.isFreeForm || !then.isClosed && !then.isTable && !then.hasOneKey {
        branch.openers.append(key)
      }
      let more = then.known.union(then.lookedFor).subtracting(met)
      waiting += more.sorted().map { ($0, with, then) }
      met.formUnion(more)
    }
    branch.conditions = Self.conditions(facts.missing, alone)
    if facts.isTable { addTable(to: &branch, at: way, beside: given) }
    return branch
  }

  /// The schema of names that a writer chooses; those that have one of their own are properties.
  private mutating func addTable(
    to branch: inout Branch,
    at way: [SchemaProbe.Step],
    beside given: [YAMLValue.Pair]
  ) {
    let element = value(at: way + [.key("NAME", beside: given)], named: "\(Self.lastKey(of: way))-item", choices: nil)
    branch.others = element?.schema ?? true
    let known = Set(branch.properties.compactMap(\.key.string))
    for label in Self.ownNames where !known.contains(label) {
      let own = value(at: way + [.key(label, beside: given)], named: label, choices: nil)
      if let own, own.schema != branch.others { branch.properties.append(.init(.string(label), own.schema)) }
    }
  }

  private static func lastKey(of way: [SchemaProbe.Step]) -> String {
    way.lazy.reversed().compactMap { if case .key(let name, _) = $0 { name } else { nil } }.first ?? "top"
  }

  /// Adds what the readers have words for.
  private func annotated(_ schema: YAMLValue, _ key: String, _ facts: Inquiry.Mapping) -> YAMLValue {
    var pairs = schema.mapping ?? []
    // A word or two say no more than the type.
    let isTelling = facts.choices[key] == nil && (facts.expected[key]?.split(separator: " ").count ?? 0) > 2
    if let advice = facts.old[key] {
      pairs += [.init("description", .string(advice)), .init("deprecated", true)]
    } else if isTelling, let words = facts.expected[key] {
      pairs.append(.init("description", .string(words)))
    }
    return pairs.isEmpty ? schema : .mapping(pairs)
  }

  /// Which keys there have to be: those that are missing in a mapping with nothing in it, unless a key is there beside
  /// which they are not; and those that are missing beside a key.
  private static func conditions(
    _ missing: Set<String>,
    _ alone: [(key: String, missing: Set<String>)]
  ) -> [YAMLValue.Pair] {
    var required: [YAMLValue] = []
    var alternatives: [YAMLValue] = []
    for key in missing.sorted() {
      let instead = alone.filter { $0.key != key && !$0.missing.contains(key) }.map(\.key)
      if instead.isEmpty {
        required.append(.string(key))
      } else {
        alternatives.append(["anyOf": .sequence(([key] + instead).map { ["required": [.string($0)]] })])
      }
    }
    let dependent = alone.compactMap { key, lacking -> YAMLValue.Pair? in
      let more = lacking.subtracting(missing).subtracting([key]).sorted()
      return more.isEmpty ? nil : .init(.string(key), .sequence(more.map { .string($0) }))
    }
    var pairs: [YAMLValue.Pair] = []
    if !required.isEmpty { pairs.append(.init("required", .sequence(required))) }
    if alternatives.count == 1 { pairs += alternatives[0].mapping ?? [] }
    if alternatives.count > 1 { pairs.append(.init("allOf", .sequence(alternatives))) }
    if !dependent.isEmpty { pairs.append(.init("dependentRequired", .mapping(dependent))) }
    return pairs
  }
}
