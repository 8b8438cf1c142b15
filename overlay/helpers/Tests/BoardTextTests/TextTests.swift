// SPDX-License-Identifier: Apache-2.0

import BoardText
import Testing

@Suite("Bytes, options and delays")
struct TextTests {
  @Test("Words are what a shell splits at; a CR is part of a word")
  func words() {
    #expect(b("  a\tb \n c\r").words == [b("a"), b("b"), b("c\r")])
    #expect(b(" \n").words.isEmpty)
    #expect(b("").words.isEmpty)
  }

  @Test func lines() {
    #expect(b("a\n\nb").lines == [b("a"), b(""), b("b")])
    #expect(b("a\n").lines == [b("a")])
    #expect(b("").lines.isEmpty)
  }

  @Test(arguments: [("/lava-1/0/tests/0_a", "0_a"), ("a/b//", "b"), ("a", "a"), ("/", "")])
  func lastPathComponent(path: String, name: String) {
    #expect(text(b(path).lastPathComponent) == name)
  }

  @Test(arguments: [(0, "0"), (9, "9"), (10, "10"), (18_446_744_073_709_551_615, "18446744073709551615")])
  func decimals(number: UInt64, digits: String) {
    var bytes: Bytes = []
    bytes.append(decimal: number)
    #expect(text(bytes) == digits)
    #expect(b(digits).decimal == number)
  }

  @Test func noDecimals() {
    for digits in ["", "-1", "1 ", "18446744073709551616", "x"] { #expect(b(digits).decimal == nil) }
  }

  @Test("Options come in any order; the last of a name wins; a missing value is empty")
  func options() throws {
    let words = ["--units", "s", "--result", "fail", "--result", "pass", "--output"].map { b($0) }
    let options = try #require(Options(words, names: ["--result", "--units", "--measurement", "--output"]))
    #expect(options[0] == b("pass"))
    #expect(options[1] == b("s"))
    #expect(options[2].isEmpty)
    #expect(options[3].isEmpty)
  }

  @Test func unknownOption() {
    #expect(Options([b("--resul"), b("pass")], names: ["--result"]) == nil)
    #expect(Options([b("--result"), b("pass"), b("")], names: ["--result"]) == nil)
  }

  @Test(arguments: [
    ("0.03", 30), ("0.5", 500), ("2", 2000), (".25", 250), ("1.", 1000), ("0.0009", 0), ("86400", 86_400_000),
  ])
  func delays(delay: String, milliseconds: Int32) {
    #expect(Delay.milliseconds(b(delay)) == milliseconds)
  }

  @Test(arguments: ["", ".", "-1", "1.2.3", "1e3", "86401", "99999999999999999999", "abc"])
  func noDelays(delay: String) {
    #expect(Delay.milliseconds(b(delay)) == nil)
  }
}
