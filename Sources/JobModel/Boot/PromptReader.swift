// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Patterns
import YAMLDocument

extension Reading {
  /// `prompts` of a boot: regular expressions. One text instead of a list is what LAVA accepts and then takes apart
  /// letter by letter; here it is a list of one.
  func prompts(_ reader: inout MappingReader, required: Bool) -> [String] {
    let expected = "a list of regular expressions"
    guard let node = reader.node("prompts", required: required, expected: expected) else { return [] }
    switch node.content {
    case .scalar:
      guard let text = prompt(node, what: "'prompts'") else { return [] }
      report(
        .warning,
        "prompts-not-a-list",
        "'prompts' is one text; LAVA would wait for each of its letters",
        at: node,
        expected: "a list, with the text as an item: - '\(text.shortened)'"
      )
      return [text]
    case .sequence(let items):
      if items.isEmpty { report(.error, "no-prompts", "'prompts' is empty", at: node, expected: expected) }
      return items.compactMap { prompt($0, what: "a prompt") }
    case .mapping:
      refuse(node, of: "'prompts'", expected: expected, advice: "Put a prompt that ends in ':' in quotes.")
      return []
    }
  }

  /// A prompt. It compiles, and is said of it what LAVA finds out when the board boots.
  private func prompt(_ node: YAMLNode, what: String) -> String? {
    var findsNothing = false
    guard
      let prompt = pattern(
        node,
        what: what,
        { (pattern) throws(PatternError) in findsNothing = try pattern.firstMatch(in: []) != nil }
      )
    else { return nil }
    let text = prompt.text
    if findsNothing {
      report(
        .warning,
        "prompt-matches-nothing",
        "the prompt '\(text.shortened)' matches an empty text: it is found before the board has said anything",
        at: node,
        advice: "Make at least one character of it necessary."
      )
    } else if text.hasDollarInside {
      report(
        .warning,
        "dollar-in-prompt",
        "the prompt '\(text.shortened)' is never found: '$' stands for the end of what the board says",
        at: node,
        expected: "'\\$' for the character"
      )
    } else if text.unicodeScalars.allSatisfy(\.isOfWords) {
      report(
        .warning,
        "prompt-is-a-word",
        text.contains(" ")
          ? "the prompt '\(text.shortened)' is mere words: they are found in other output of the board too"
          : "the prompt '\(text.shortened)' is a mere word: it is found in other output of the board too",
        at: node,
        expected: "what ends the prompt as well, such as '\(text.shortened):~#'"
      )
    }
    return text
  }
}

extension String {
  /// Whether a regular expression has a `$` that is not its own end nor that of a group or an alternative: nothing that
  /// follows it is found. At the end, behind a `~`, it is meant for the character too.
  fileprivate var hasDollarInside: Bool {
    // Flags can make it the end of a line.
    guard !contains("(?") else { return false }
    if hasSuffix("~$") { return true }
    var isInClass = false
    var scalars = unicodeScalars.makeIterator()
    var last: Unicode.Scalar?
    while let scalar = scalars.next() {
      if last == "$", !isInClass, !"|)\r\n\\[*?+{".unicodeScalars.contains(scalar) { return true }
      last = scalar
      switch scalar {
      case "\\":
        _ = scalars.next()
        last = nil
      case "[": isInClass = true
      case "]": isInClass = false
      default: break
      }
    }
    return false
  }
}

extension Unicode.Scalar {
  /// Whether it is a letter, a digit, or what stands between the words of a sentence.
  fileprivate var isOfWords: Bool {
    properties.isAlphabetic || ("0"..."9").contains(self) || "-_ ,'".unicodeScalars.contains(self)
  }
}
