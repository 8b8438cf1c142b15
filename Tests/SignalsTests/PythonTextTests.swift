// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Signals

/// Expected values are what Python 3.11 says.
@Suite struct PythonTextTests {
  @Test(arguments: [
    ("1e3", 1000), ("007", 7), ("1_0", 10), ("1.", 1), (".5", 0.5), ("1.e5", 100_000), ("1e+5", 100_000),
    ("1e5_0", 1e50), ("-2.5", -2.5), ("+3", 3), ("inf", .infinity), ("infinity", .infinity), ("-Infinity", -.infinity),
    ("1e999", .infinity),
  ])
  func floats(text: String, value: Double) {
    #expect(PythonText.float(text) == value)
  }

  @Test(arguments: ["nan", "+NaN", "-nan"])
  func notANumber(text: String) {
    #expect(PythonText.float(text)?.isNaN == true)
  }

  @Test(arguments: [
    "", "abc", "1__0", "_1", "1_", ".", "1e", "1e_5", "1_e5", "0x10", "1,5", "+-1", "-", "1._5", "1_.5", "infinit",
    "nan(1)", "1 2", "--1", "e5",
  ])
  func noFloats(text: String) {
    #expect(PythonText.float(text) == nil)
  }

  @Test(arguments: [
    ("a", "'a'"), ("a'b", "\"a'b\""), ("a\"b", "'a\"b'"), ("a'b\"c", "'a\\'b\"c'"),
    ("a\n\t\r\u{1B}\\", "'a\\n\\t\\r\\x1b\\\\'"), ("\0", "'\\x00'"), ("é", "'é'"),
  ])
  func representations(text: String, shown: String) {
    #expect(PythonText.quoted(text) == shown)
  }

  @Test(arguments: [
    ("a b", ["a", "b"]), ("  a\t\r\n b ", ["a", "b"]), ("", []), (" ", []),
    ("a\u{A0}b\u{2003}c\u{3000}", ["a", "b", "c"]),
    ("a\u{1C}b", ["a", "b"]), ("é\u{200B}x", ["é\u{200B}x"]), ("a\u{85}b\u{2028}c", ["a", "b", "c"]),
  ])
  func words(text: String, words: [String]) {
    let split = SignalWords(Array(text.utf8)[...])
    #expect((0..<split.count).map { split[$0] } == words)
    #expect(split.sentence == words.joined(separator: " "))
  }

  @Test func wordsEndWhereBytesDo() {
    #expect(SignalWords([0x61, 0xE2, 0x80]).count == 1)
    #expect(SignalWords([0xC2]).count == 1)
  }

  @Test(arguments: [
    (Duration.zero, "0.00"), (.milliseconds(1_005), "1.01"), (.milliseconds(59_994), "59.99"),
    (.seconds(3600), "3600.00"),
    (.microseconds(9_996_000), "10.00"),
  ])
  func seconds(duration: Duration, text: String) {
    #expect(PythonText.seconds(duration) == text)
  }

  /// `" End ".center(len(header), "-")`
  @Test(arguments: [
    ("0_first", "----------- End -----------"), ("0_firs", "---------- End -----------"),
  ])
  func footers(definition: String, footer: String) {
    #expect(ShellReport(definition: definition, entries: []).footer == footer)
  }
}
