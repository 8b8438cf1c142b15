// SPDX-License-Identifier: Apache-2.0

import Multinode
import YAMLDocument

/// The calls that the steps of an inline definition make. A call counts where it is the first word of a line and its id is
/// written out; where a call is inside of something, nobody can say whether it is made.
struct StepCalls {
  private(set) var items: [GroupScript.Item] = []

  private static let calls: Set = ["lava-send", "lava-wait", "lava-wait-all", "lava-sync"]
  /// Calls of several messages.
  private static let others: Set = ["lava-network", "lava-start-vms", "lava-wait-for-vms"]
  /// What comes behind these runs once, several times, or never.
  private static let conditions: Set = ["if", "for", "while", "until", "case", "{", "("]
  /// Programs that run something that is not to be seen here.
  private static let runners: Set = [".", "source", "sh", "bash", "python", "python3", "eval", "exec", "make"]

  init(_ steps: [YAMLNode]) {
    for step in steps {
      guard case .scalar(let scalar) = step.content else { continue }
      for line in scalar.text.split(whereSeparator: \.isNewline) { read(line, step) }
    }
  }

  private mutating func read(_ line: Substring, _ step: YAMLNode) {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    guard let first = words.first, !first.hasPrefix("#") else { return }
    if Self.calls.contains(first), let request = Self.request(words) {
      items.append(.call(request, step))
    } else if Self.calls.contains(first) || Self.conditions.contains(first) || Self.runners.contains(first)
      || first.contains("/") || first.contains("=") || line.contains("lava-$") || Self.mentionsCall(line)
    {
      items.append(.anything)
    }
  }

  private static func mentionsCall(_ line: Substring) -> Bool {
    let pieces = line.split { !($0.isLetter || $0 == "-" || $0 == "_" || $0.isNumber) }
    return pieces.contains { calls.contains(String($0)) || others.contains(String($0)) }
  }

  /// Nil where the id is not written out.
  private static func request(_ words: [String]) -> GroupRequest? {
    guard words.count >= 2, let id = plain(words[1]) else { return nil }
    switch words[0] {
    case "lava-send": return .send(id, .mapping([]))
    case "lava-wait": return .wait(id)
    case "lava-sync": return .sync(id, nil)
    default:
      guard words.count >= 3, !["|", "||", "&&", ";", ">", "#"].contains(words[2]) else {
        return .waitAll(id, role: nil)
      }
      return plain(words[2]).map { .waitAll(id, role: $0) }
    }
  }

  /// A word without its quotes and what may stand right behind it.
  private static func plain(_ word: String) -> String? {
    var word = word
    while word.hasSuffix(";") { word.removeLast() }
    if word.count > 1, let quote = word.first, quote == "'" || quote == "\"", word.last == quote {
      word = String(word.dropFirst().dropLast())
    }
    let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_.:+@%".contains($0) }
    return word.isEmpty || !isPlain ? nil : word
  }
}
