// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// The keys that every action may have (spec jobs §2).
private let commonKeyNames = [
  "namespace", "connection-namespace", "protocols", "role", "timeout", "timeouts", "repeat", "failure_retry",
  "failure_retry_interval",
]

extension Reading {
  /// The actions of an item of `actions`: one, unless the item is wrong. An action that cannot be read is nil.
  func actions(_ item: YAMLNode) -> [JobAction?] {
    if case .mapping = item.content {
      inquiry?.note(item, what: "an action") {
        $0.hasOneKey = true
        $0.known = Set(ActionKind.allCases.map(\.rawValue))
      }
    }
    guard case .mapping(let entries) = item.content, let first = entries.first else {
      var advice: String?
      if case .scalar(let scalar) = item.content, ActionKind(rawValue: scalar.text) != nil {
        advice = "Put a colon behind it, and its keys below: '\(scalar.text):'."
      }
      refuse(item, of: "an action", expected: "a mapping with one key: deploy, boot or test", advice: advice)
      return [nil]
    }
    let others = entries.dropFirst()
    if first.value.isNull, let second = others.first, !others.contains(where: { ActionKind($0.key) != nil }) {
      let kind = (first.key.keyText ?? "").shortened
      report(
        .error,
        "indentation",
        "'\((second.key.keyText ?? "").shortened)' stands beside '\(kind)', not in it",
        at: second.key,
        advice: "Indent the keys of '\(kind)' further than '\(kind)' itself."
      )
      let body = YAMLNode(.mapping(Array(others)), start: second.key.start, end: item.end)
      return [action(YAMLEntry(key: first.key, value: body))]
    }
    if ActionKind(first.key) == .repeat { return repeated(first) + others.flatMap { misplaced($0, beside: first.key) } }
    return [action(first)] + others.flatMap { misplaced($0, beside: first.key) }
  }

  /// What stands beside an action in one item: another action, or a key that is not indented enough.
  private func misplaced(_ entry: YAMLEntry, beside first: YAMLNode) -> [JobAction?] {
    let name = (entry.key.keyText ?? "").shortened
    let kind = (first.keyText ?? "").shortened
    guard ActionKind(entry.key) != nil else {
      report(
        .error,
        "indentation",
        "'\(name)' stands beside '\(kind)', not in it",
        at: entry.key,
        advice: "Indent it as far as the other keys of '\(kind)'."
      )
      return []
    }
    report(
      .error,
      "two-actions-in-one",
      "an action has one key, this one has '\(kind)' and '\(name)'",
      at: entry.key,
      advice: "Start the next action with '- '."
    )
    return [action(entry)]
  }

  /// The most runs of a `repeat` block.
  private static let mostRepeats = 1000

  /// `repeat: {count: N, actions: […]}`: the actions, N times. LAVA has dropped it (spec jobs §2.1).
  private func repeated(_ entry: YAMLEntry) -> [JobAction?] {
    guard var reader = MappingReader(entry.value, what: "the repeat block", reading: self, anchor: entry.key) else {
      return [nil]
    }
    reader.correct(["count", "actions"])
    let node = reader.node("count", required: true, expected: "how often, such as 3")
    let count = reader.int("count", atLeast: 1)
    let items = reader.list("actions", required: true) ?? []
    reader.close()
    if let node, let count, count > Self.mostRepeats {
      refuse(node, of: "'count'", expected: "a number of at most \(Self.mostRepeats)")
      return [nil]
    }
    report(
      .note,
      "repeat-block",
      "LAVA has no 'repeat' blocks any more; here they still work",
      at: entry.key,
      advice: "For LAVA write the actions out, or give each its own 'repeat: N'."
    )
    let actions = items.flatMap { item -> [JobAction?] in
      guard case .mapping(let entries) = item.content, let inner = entries.first?.key, ActionKind(inner) == .repeat
      else {
        return self.actions(item)
      }
      report(.error, "nested-repeat", "a repeat block cannot stand in another", at: inner)
      return [nil]
    }
    return (0..<(count ?? 1)).flatMap { _ in actions }
  }

  private func action(_ entry: YAMLEntry) -> JobAction? {
    guard let kind = actionKind(entry.key) else { return nil }
    let name = kind.rawValue
    guard !entry.value.isNull else {
      report(
        .error,
        "missing-value",
        "the \(name) action has no keys",
        at: entry.key,
        expected: "a mapping of keys to values"
      )
      return nil
    }
    guard var reader = MappingReader(entry.value, what: "the \(name) action", reading: self, anchor: entry.key)
    else { return nil }
    reader.acceptUnlisted(commonKeyNames)
    let body: JobAction.Body?
    switch kind {
    case .deploy: body = deploy(&reader).map { .deploy($0) }
    case .boot: body = boot(&reader).map { .boot($0) }
    case .test: body = test(&reader).map { .test($0) }
    case .command: body = reader.filledString("name", required: true).map { .command($0) }
    case .repeat: return nil
    }
    let common = commonKeys(&reader)
    reader.close()
    return body.map { JobAction(common: common, body: $0) }
  }

  /// The kind of an action, or the one that was meant. Nil where there is none, or none that is supported.
  private func actionKind(_ key: YAMLNode) -> ActionKind? {
    let offered: [ActionKind] = [.boot, .command, .deploy, .test]
    let name = key.keyText ?? ""
    if let kind = ActionKind(rawValue: name) {
      if offered.contains(kind) { return kind }
      report(.error, "misplaced-repeat", "a repeat block has to be an item of its own", at: key)
      return nil
    }
    let words = offered.map(\.rawValue)
    let suggestion = Suggestion.nearest(to: name, among: words)
    report(
      .error,
      "unknown-action",
      "\(key.keyText == nil ? key.spoken : "'\(name.shortened)'") is not a kind of action",
      at: key,
      expected: Expectation.one(of: words),
      suggestion: suggestion
    )
    return suggestion.flatMap(ActionKind.init(rawValue:))
  }

  private func commonKeys(_ reader: inout MappingReader) -> CommonKeys {
    var common = CommonKeys(node: reader.anchor, body: reader.node)
    common.namespace = namespace(&reader) ?? common.namespace
    common.connectionNamespace = reader.node("connection-namespace").flatMap {
      folderName($0, what: "'connection-namespace'")
    }
    common.roles = reader.oneOrMoreStrings("role") ?? []
    common.timeout = reader.node("timeout").flatMap { timeout($0, what: "the timeout of \(reader.what)") }
    common.timeouts = timeoutTable(&reader, "timeouts")
    if !isStrict {
      reader.acceptUnlisted(["connection_timeout"])
      common.connectionTimeout = reader.node("connection_timeout").flatMap {
        timeout($0, what: "the connection timeout of \(reader.what)")
      }
    }
    let calls = protocolCalls(&reader)
    common.calls = calls.calls
    common.references = actionReferences(&reader, "timeouts", .timeout) + calls.references
    common.failureRetry = reader.int("failure_retry", atLeast: 1)
    common.failureRetryInterval = reader.int("failure_retry_interval", atLeast: 1).map { .seconds($0) }
    common.repeatCount = reader.int("repeat", atLeast: 1)
    if common.failureRetry != nil, common.repeatCount != nil, let entry = reader.entry("repeat") {
      report(
        .error,
        "repeat-and-retry",
        "'repeat' and 'failure_retry' cannot stand in one action",
        at: entry.key,
        advice: "Keep the one that is meant."
      )
    }
    return common
  }

  /// A namespace of the job's own: neither the one of actions without any nor the one that LAVA keeps for itself
  /// (spec jobs §3).
  private func namespace(_ reader: inout MappingReader) -> String? {
    guard let node = reader.node("namespace"), let name = folderName(node, what: "'namespace'") else { return nil }
    guard name != "common", name != "docker-test-shell" else {
      report(
        .error,
        "reserved-namespace",
        "the namespace '\(name)' is reserved",
        at: node,
        advice: "Give it another name."
      )
      return nil
    }
    return name
  }
}

/// What an item of `actions` can be. LAVA has no `repeat` any more; documents of it still have.
private enum ActionKind: String, CaseIterable {
  case deploy, boot, test, command
  case `repeat`
}

extension ActionKind {
  fileprivate init?(_ key: YAMLNode) {
    guard let text = key.keyText else { return nil }
    self.init(rawValue: text)
  }
}
