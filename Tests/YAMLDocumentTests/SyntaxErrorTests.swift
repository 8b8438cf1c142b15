// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing
import YAMLDocument

/// The place is where the text has to be mended, which is not always where libyaml stumbles.
@Suite struct SyntaxErrorTests {
  @Test(arguments: [
    // Tabs.
    ("a: 1\n\tb: 2\n", "2:1 tab-indentation"), ("a:\n  \tb: 2\n", "2:3 tab-indentation"),
    ("a:\n  - x\n\t- y\n", "3:1 tab-indentation"), ("a: |\n\tx\n", "2:1 tab-indentation"),
    ("-\tb: c\n\td: e\n", "1:2 tab-indentation"),
    // Quotes.
    ("a: 'x\nb: 2\n", "1:4 unclosed-quote"), ("a: 1\nb: \"x\n", "2:4 unclosed-quote"),
    ("a: 'b\n---\n'", "1:4 unclosed-quote"), ("a: 'it's'\n", "1:8 text-after-value"),
    ("a: \"x\" y\n", "1:8 text-after-value"), ("a: \"\\d\"\n", "1:5 unknown-escape"),
    ("a: \"\\x1\"", "1:7 invalid-escape"),
    // Brackets.
    ("a: [1, 2", "1:4 unclosed-bracket"), ("a: [1, 2\nb: 3\n", "1:4 unclosed-bracket"),
    ("a: {x: 1\nb: 2\n", "1:4 unclosed-bracket"), ("[[[", "1:4 unclosed-bracket"),
    ("a: {b: c d: e}", "1:11 missing-comma"), ("a: [1,,2]\n", "1:7 missing-value"),
    ("a: ]\n", "1:4 missing-value"), ("a: [1] y\n", "1:8 text-after-value"),
    // Indentation.
    ("a:\n    b: 1\n  c: 2\n", "3:3 bad-indentation"), ("a:\n  - 1\n b: 2\n", "3:2 bad-indentation"),
    ("- - a\n b", "2:2 bad-indentation"), ("a: x\n  b: y\n", "2:3 bad-indentation"),
    ("  a: 1\nb: 2\n", "2:1 bad-indentation"), ("a: 1\n- b\n", "2:1 item-among-keys"),
    ("- a\nb: 1\n", "2:1 key-among-items"),
    // Keys and values.
    ("a: b: c\n", "1:5 second-colon"), ("a: 1\nfoo\nb: 2\n", "2:1 missing-colon"), ("a: - b\n", "1:4 item-on-key-line"),
    ("%YAML 1.1\na: 1", "2:1 missing-document-start"), ("a: |x\n y\n", "1:5 text-after-block"),
    // Characters with a meaning.
    ("a: %x\n", "1:4 reserved-character"), ("a: @x\n", "1:4 reserved-character"),
    ("a: `x`\n", "1:4 reserved-character"),
    ("a: *.img\n", "1:4 reserved-character"), ("a: & x\n", "1:4 reserved-character"),
    ("a: !b!c x\n", "1:4 unknown-tag"),
    // What nobody writes keeps libyaml's words.
    ("a: |0\n y\n", "1:5 syntax"), ("%YAML 2.0\n---\na: 1", "1:1 syntax"),
  ])
  func places(text: String, expected: String) {
    #expect(faults(in: text).map(summary) == [expected])
  }

  @Test func aKeyHas1024Characters() {
    #expect(faults(in: String(repeating: "k", count: 1024) + ": v").isEmpty)
    #expect(faults(in: String(repeating: "k", count: 1100) + ": v").map(summary) == ["1:1 long-key"])
  }

  /// YAML 1.1 lets tabs separate tokens inside of brackets, so the tab is not to blame there.
  @Test func aTabInBracketsIsNotToBlame() {
    #expect(faults(in: "a: [\n\tx\n]\n").isEmpty)
    #expect(faults(in: "a: [\n\tb: c d: e]\n").map(summary) == ["2:8 missing-comma"])
  }

  @Test func indentationNamesTheColumnsThatFit() {
    let expected = faults(in: "a:\n    b: 1\n  c: 2\n").map(\.expected)
    #expect(expected == ["0 or 4 blanks"])
  }

  @Test(
    arguments: [
      ([0x61, 0x3A, 0x20, 0xFF], "1:4 not-utf8"), ([0x61, 0x0A, 0x62, 0xC3], "2:2 not-utf8"),
      ([0xFF, 0xFE, 0x61, 0x00], "1:1 not-utf8"), ([0xC3, 0xA9, 0x3A, 0x20, 0x1B], "1:4 control-character"),
      ([0x61, 0x00], "1:2 control-character"), ([0x61, 0xC2, 0x80], "1:2 control-character"),
      ([0xEF, 0xBB, 0xBF, 0x61, 0x7F], "1:2 control-character"),
    ] as [([UInt8], String)]
  )
  func bytesThatAreNoText(bytes: [UInt8], expected: String) {
    #expect(faults(in: bytes).map(summary) == [expected])
  }

  /// Surrogates and overlong forms are no UTF-8 (RFC 3629 §3).
  @Test(arguments: [[0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80]] as [[UInt8]])
  func malformedUTF8(bytes: [UInt8]) {
    #expect(faults(in: [0x61, 0x20] + bytes).map(summary) == ["1:3 not-utf8"])
  }
}
