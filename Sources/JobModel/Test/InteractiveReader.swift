// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// What a step of a session's script can do.
private enum StepKind: String, CaseIterable {
  case command, delay
  case send = "lava-send"
  case sync = "lava-sync"
  case wait = "lava-wait"
  case waitAll = "lava-wait-all"
}

private enum Echo: String, CaseIterable {
  case discard
}

/// Longest pause that makes sense, in seconds: a day.
private let longestDelay: Double = 86400

extension Reading {
  /// The items of `interactive`.
  func sessions(_ reader: inout MappingReader) -> [InteractiveSession] {
    guard let items = reader.list("interactive") else { return [] }
    if items.isEmpty, let entry = reader.entry("interactive") {
      report(.warning, "no-sessions", "'interactive' is empty: this test types nothing", at: entry.key)
    }
    let sessions = items.compactMap(session)
    reportDuplicates(of: "the session", sessions.map { ($0.name, $0.node) })
    return sessions
  }

  private func session(_ item: YAMLNode) -> InteractiveSession? {
    guard var reader = MappingReader(item, what: "the session", reading: self) else { return nil }
    let name = resultName(&reader, required: true)
    let prompts = prompts(&reader)
    let echo: Echo? = reader.choice("echo")
    let script = reader.list("script", required: true)?.compactMap(step)
    reader.acceptUnlisted(["expected"])
    if reader.strings("expected") != nil, let entry = reader.entry("expected") {
      report(.warning, "not-supported", "'expected' of a session has no effect yet", at: entry.key)
    }
    reader.close()
    guard let name, let script else { return nil }
    return InteractiveSession(name: name, prompts: prompts, discardsEcho: echo == .discard, script: script, node: item)
  }

  /// A `name` that results are listed under; LAVA refuses others.
  private func resultName(_ reader: inout MappingReader, required: Bool = false) -> String? {
    guard let name = reader.filledString("name", required: required) else { return nil }
    guard let node = reader.node("name"), name.unicodeScalars.contains(where: { !$0.isOfResultName }) else {
      return name
    }
    report(
      .error,
      "result-name",
      "results cannot be listed under '\(name.shortened)'",
      at: node,
      expected: resultNameRule
    )
    return nil
  }

  private func prompts(_ reader: inout MappingReader) -> [JobPattern] {
    guard let items = reader.list("prompts", required: true) else { return [] }
    if items.isEmpty, let entry = reader.entry("prompts") {
      report(
        .warning,
        "no-prompts",
        "'prompts' is empty: a command ends with one of its 'successes' only",
        at: entry.key
      )
    }
    return items.compactMap { pattern($0, what: "a prompt") }
  }

  private func step(_ item: YAMLNode) -> InteractiveStep? {
    guard var reader = MappingReader(item, what: "the step", reading: self) else { return nil }
    defer { reader.close() }
    reader.accept(StepKind.allCases.map(\.rawValue))
    let keys = StepKind.allCases.filter { reader.has($0.rawValue) }.compactMap { reader.entry($0.rawValue)?.key }
      .sorted { $0.start.offset < $1.start.offset }
    if keys.count > 1 {
      report(
        .error,
        "two-steps-in-one",
        "a step does one thing, this one has '\(keys[0].keyText ?? "")' and '\(keys[1].keyText ?? "")'",
        at: keys[1],
        advice: "Start the next step with '- '."
      )
    }
    guard let kind = keys.first?.keyText.flatMap(StepKind.init(rawValue:)) else {
      // What a command could be; and what is missing.
      _ = command(&reader)
      _ = reader.node("command", required: true, expected: Expectation.one(of: StepKind.allCases.map(\.rawValue)))
      return nil
    }
    return action(kind, &reader).map { InteractiveStep(action: $0, node: item) }
  }

  private func action(_ kind: StepKind, _ reader: inout MappingReader) -> InteractiveStep.Action? {
    switch kind {
    case .command: return .command(command(&reader))
    case .delay: return delay(&reader).map { .delay($0) }
    case .sync: return message(&reader, kind).map { .sync(message: $0.id) }
    case .wait: return message(&reader, kind).map { .wait(message: $0.id) }
    case .send: return message(&reader, kind).map { .send(message: $0.id, data: $0.data) }
    case .waitAll: return message(&reader, kind).map { .waitAll(message: $0.id, role: $0.data.first?.value) }
    }
  }

  private func delay(_ reader: inout MappingReader) -> Duration? {
    guard let node = reader.node(StepKind.delay.rawValue, required: true, expected: "a number of seconds") else {
      return nil
    }
    guard let seconds = number(node), seconds >= 0, seconds <= longestDelay else {
      refuse(node, of: "'delay'", expected: "a number of seconds, a day at most")
      return nil
    }
    return .milliseconds(Int64((seconds * 1000).rounded()))
  }
}

// MARK: - Commands

extension Reading {
  private func command(_ reader: inout MappingReader) -> InteractiveCommand {
    var command = InteractiveCommand()
    // Without a value nothing is typed.
    if let node = reader.entry("command")?.value, !node.isNull {
      command.line = string(node, what: "'command'")
      if command.line?.contains(where: \.isNewline) == true {
        report(
          .warning,
          "several-lines",
          "'command' is several lines: the prompt after the first of them is taken for the end of all",
          at: node,
          advice: "Make each line a step of its own."
        )
      }
    }
    command.name = resultName(&reader)
    command.successes = (reader.list("successes") ?? []).compactMap(success)
    command.failures = (reader.list("failures") ?? []).compactMap(failure)
    command.waitsForPrompt = reader.bool("wait_for_prompt") ?? true
    return command
  }

  private func success(_ item: YAMLNode) -> JobPattern? {
    guard var reader = MappingReader(item, what: "the success", reading: self) else { return nil }
    defer { reader.close() }
    return reader.pattern("message", required: true)
  }

  private func failure(_ item: YAMLNode) -> InteractiveCommand.Failure? {
    guard var reader = MappingReader(item, what: "the failure", reading: self) else { return nil }
    defer { reader.close() }
    let message = reader.pattern("message", required: true)
    let exception: InteractiveCommand.Exception? = reader.choice("exception")
    let error = reader.filledString("error")
    if error != nil, !reader.has("exception"), let entry = reader.entry("error") {
      report(
        .warning,
        "error-without-exception",
        "'error' is never said without an 'exception' beside it",
        at: entry.key,
        expected: "exception: TestError"
      )
    }
    return message.map { InteractiveCommand.Failure(message: $0, exception: exception, error: error) }
  }
}

// MARK: - Messages

extension Reading {
  /// The id of a message to the other nodes of a group, and the `key=value` words after it.
  private func message(
    _ reader: inout MappingReader,
    _ kind: StepKind
  ) -> (id: String, data: [(key: String, value: String)])? {
    let form =
      switch kind {
      case .send: "a message's id, and words of the form key=value"
      case .waitAll: "a message's id, and role=NAME where only one role is meant"
      default: "a message's id"
      }
    guard let node = reader.node(kind.rawValue, required: true, expected: form),
      let text = filledString(node, what: "'\(kind.rawValue)'")
    else { return nil }
    let words = text.split(separator: " ")
    let data = words.dropFirst().map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) }
    let isRight =
      switch kind {
      case .send: data.allSatisfy { $0.count == 2 && !$0[0].isEmpty }
      case .waitAll: data.isEmpty || data.count == 1 && data[0].count == 2 && data[0][0] == "role"
      default: data.isEmpty
      }
    guard let id = words.first, isRight else {
      report(
        .error,
        "bad-message",
        "'\(text.shortened)' is not what '\(kind.rawValue)' takes",
        at: node,
        expected: form
      )
      return nil
    }
    return (String(id), data.map { (String($0[0]), String($0[1])) })
  }
}
