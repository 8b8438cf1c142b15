// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing

@Suite struct SuggestionTests {
  private let keys = ["timeout", "timeouts", "actions", "to", "namespace", "os", "ssh", "nfs"]

  @Test(arguments: [
    ("timeuot", "timeout"), ("Timeout", "timeout"), ("action", "actions"), ("namespcae", "namespace"), ("tot", "to"),
    ("sssh", "ssh"), ("nsf", "nfs"),
  ])
  func slipsOfTheFinger(word: String, expected: String) {
    #expect(Suggestion.nearest(to: word, among: keys) == expected)
  }

  /// More than one edit for three letters, or a whole word replaced, is another word.
  @Test(arguments: ["parameters", "x", "", "nmspc", "device"])
  func otherWords(word: String) {
    #expect(Suggestion.nearest(to: word, among: keys) == nil)
  }

  @Test func theFirstOfEquallyNearWords() {
    #expect(Suggestion.nearest(to: "bat", among: ["cat", "bar"]) == "cat")
  }

  @Test func longWordsAreNotCompared() {
    let word = String(repeating: "a", count: 1_000_000)
    #expect(Suggestion.nearest(to: word, among: [word + "b"]) == nil)
  }
}
