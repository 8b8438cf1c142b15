// SPDX-License-Identifier: Apache-2.0

import Testing
import YAMLDocument

/// Scalars on one line, as comments can follow them.
@Suite struct InlineTests {
  /// What PyYAML 6.0.3 writes for a list of the one value, with lines of unlimited width; but a text with line breaks in
  /// double quotes, where PyYAML writes several lines.
  @Test(
    arguments: [
      ("word", "word"), ("", "''"), ("5", "'5'"), ("a # b", "'a # b'"), ("a: b", "'a: b'"), ("- a", "'- a'"),
      (" a ", "' a '"), ("it's", "it's"), ("null", "'null'"), ("one\ntwo\n", "\"one\\ntwo\\n\""), ("\r", "\"\\r\""),
      ("\u{1B}[2J", "\"\\e[2J\""), ("Käse", "\"K\\xE4se\""), ("\u{2028}", "\"\\L\""), ("*a", "'*a'"),
    ] as [(YAMLValue, String)]
  )
  func texts(value: YAMLValue, expected: String) { #expect(YAMLEmitter.inline(value) == expected) }

  @Test(
    arguments: [
      (.null, "null"), (true, "true"), (-7, "-7"), (.float(1.5), "1.5"), ([], "[]"), (.mapping([]), "{}"),
      (.timestamp("2026-11-21"), "2026-11-21"),
    ] as [(YAMLValue, String)]
  )
  func otherValues(value: YAMLValue, expected: String) { #expect(YAMLEmitter.inline(value) == expected) }

  /// libyaml folds at 80 columns otherwise.
  @Test(arguments: ["word ", "wörd ", "'# "]) func longTextsAreNotFolded(word: String) throws {
    let text = String(repeating: word, count: 100) + "end"
    let line = YAMLEmitter.inline(.string(text))
    #expect(!line.contains("\n"))
    #expect(try parse(line).root.value == .string(text))
  }
}
