// SPDX-License-Identifier: Apache-2.0

import Consoles
import Testing

/// The lines of a board's output (spec signals §1).
@Suite
struct ConsoleLineSplitterTests {
  private func lines(_ pieces: [String], maximum: Int = 100) -> [ConsoleLine] {
    var splitter = ConsoleLineSplitter(maximum: maximum)
    var lines = pieces.flatMap { splitter.append(Array($0.utf8)) }
    if let last = splitter.finish() { lines.append(last) }
    return lines
  }

  @Test("lines end at CR CR LF, CR LF or LF; a CR elsewhere stays")
  func ends() {
    let text = "a\r\r\nb\r\nc\nd\re\n\n\r\nf\r\r\r\ng"
    #expect(lines([text]).map(\.text) == ["a", "b", "c", "d\re", "", "", "f\r", "g"])
    #expect(lines([text]).map(\.isEnded) == [true, true, true, true, true, true, true, false])
  }

  @Test("the escape character is deleted, and nothing else")
  func escapes() {
    #expect(lines(["\u{1B}[1mbold\u{1B}[0m\u{07}\0\n"]).map(\.text) == ["[1mbold[0m\u{07}\0"])
  }

  @Test("how the output was cut makes no difference")
  func cuts() {
    let text =
      "eins\r\r\nzw\u{1B}ölf\r\n" + String(repeating: "lang😀", count: 20)
      + "\r\r\nende\n123456789012\r\r\n1234567890ab\n"
    let whole = lines([text], maximum: 12)
    for size in 1...40 {
      var rest = Array(text.utf8)[...]
      var splitter = ConsoleLineSplitter(maximum: 12)
      var found: [ConsoleLine] = []
      while !rest.isEmpty {
        found += splitter.append(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      #expect(found == whole)
    }
    #expect(whole.suffix(2).map(\.text) == ["123456789012", "1234567890ab"])
  }

  @Test("a long line comes in pieces, none of which ends within a character")
  func pieces() {
    let line = String(repeating: "ö", count: 50)
    let found = lines([line + "\r\n"], maximum: 11)
    // Five characters of two bytes fit into eleven bytes.
    #expect(found.map(\.text) == Array(repeating: "ööööö", count: 10))
    #expect(found.map(\.isEnded) == Array(repeating: false, count: 9) + [true])
  }
}
