// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

// What of a job only LAVA's server and scheduler use (spec jobs §1): nothing here does, but what LAVA would refuse is
// told.

extension MappingReader {
  mutating func acceptServerKeys() {
    acceptUnlisted(["device", "worker", "visibility", "priority", "notify", "reboot_to_fastboot"])
    // What the server adds to each job that it gives a worker (seen in version 2023.01).
    acceptUnlisted(["compatibility"])
  }
}

extension Reading {
  func checkServerKeys(_ top: inout MappingReader) {
    _ = top.filledString("device")
    _ = top.filledString("worker")
    _ = top.freeMapping("notify")
    _ = top.bool("reboot_to_fastboot")
    checkVisibility(&top)
    checkPriority(&top)
  }

  /// Who may see the job: everybody, its submitter, or groups.
  private func checkVisibility(_ top: inout MappingReader) {
    let words = ["personal", "public"]
    let expected = "public, personal, or {group: [NAME, …]}"
    top.offer(words, for: "visibility")
    guard let node = top.node("visibility", expected: expected) else { return }
    if case .mapping = node.content, var groups = top.mapping("visibility") {
      _ = groups.strings("group", required: true)
      groups.close()
      return
    }
    guard let word = string(node, what: "'visibility'") else { return }
    guard words.contains(word) else {
      reportUnknownWord(word, of: "'visibility'", at: node, expected: expected, words)
      return
    }
    guard word == "public", let secrets = top.node("secrets"), case .mapping(let entries) = secrets.content,
      !entries.isEmpty
    else { return }
    // Told here: a line that is shown with its secrets would give them away.
    report(
      .warning,
      "public-secrets",
      "LAVA's server refuses a job with 'secrets' that everybody may see",
      at: node,
      expected: "visibility: personal, or {group: [NAME, …]}"
    )
  }

  private func checkPriority(_ top: inout MappingReader) {
    let words = ["high", "medium", "low"]
    let expected = "high, medium, low, or a number from 0 to 100"
    top.offer(words, for: "priority")
    guard let node = top.node("priority", expected: expected) else { return }
    switch node.value {
    case .int(let number) where (0...100).contains(number): break
    case .string(let word) where words.contains(word): break
    case .string(let word): reportUnknownWord(word, of: "'priority'", at: node, expected: expected, words)
    default: refuse(node, of: "'priority'", expected: expected)
    }
  }

  private func reportUnknownWord(
    _ word: String,
    of what: String,
    at node: YAMLNode,
    expected: String,
    _ words: [String]
  ) {
    report(
      .error,
      "unknown-value",
      "'\(word.shortened)' is not a known value of \(what)",
      at: node,
      expected: expected,
      suggestion: Suggestion.nearest(to: word, among: words)
    )
  }
}
