// SPDX-License-Identifier: Apache-2.0

import BoardText
import Testing

/// Sums were computed by another program (docs/Signals.md, "Asking again").
@Suite("lava-journal")
struct JournalReplyTests {
  /// Three marks, three signals, the nonce 5f3a.
  private let journal = [
    "begin 0_smoke", "1 d6a8f15c <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=uname RESULT=pass>",
    "2 c23bafb2 <LAVA_SIGNAL_TESTEVENT a\\nb\\\\\r>", "exit 0_smoke 0", "3 00000000 <LAVA_TEST_RUNNER EXIT>", "end 3",
  ]

  private func ask(_ selectors: String..., nonce: String = "5f3a") throws -> [String] {
    let selection = try #require(JournalSelection(selectors.map { b($0) }))
    var replies = JournalReplies(nonce: b(nonce), selection: selection)
    return journal.compactMap { replies.reply(to: b($0)).map(text) } + [text(replies.closing)]
  }

  @Test("A signal keeps the sum that was journalled; what looks like a signal or ends a line is masked")
  func signals() throws {
    #expect(
      try ask("1-2") == [
        "<LAVA_JOURNAL 1.d6a8f15c \\lLAVA_SIGNAL_TESTCASE TEST_CASE_ID=uname RESULT=pass\\g>",
        "<LAVA_JOURNAL 2.c23bafb2 \\lLAVA_SIGNAL_TESTEVENT a\\nb\\\\\\r\\g>", "<LAVA_JOURNAL =3/3.15583aaf journal>",
      ]
    )
  }

  @Test("A mark tells the signal before it, and has a sum of its own")
  func marks() throws {
    #expect(
      try ask("+") == [
        "<LAVA_JOURNAL +1/0.1881eede begin 0_smoke>", "<LAVA_JOURNAL +2/2.6047ba9f exit 0_smoke 0>",
        "<LAVA_JOURNAL +3/3.6f55c7a3 end 3>", "<LAVA_JOURNAL =3/3.15583aaf journal>",
      ]
    )
  }

  @Test("Selectors choose by number; a mark's index is not a signal's number")
  func selectors() throws {
    func keys(_ selectors: String...) throws -> [String] {
      let selection = try #require(JournalSelection(selectors.map { b($0) }))
      var replies = JournalReplies(nonce: b("0"), selection: selection)
      return journal.compactMap { replies.reply(to: b($0)) }
        .map { reply in text(reply).split(separator: " ")[1].split(separator: ".").map(String.init)[0] }
    }
    #expect(try keys("2") == ["2"])
    #expect(try keys("2-") == ["2", "3"])
    #expect(try keys("1", "3-3", "1-2") == ["1", "2", "3"])
    #expect(try keys("+3") == ["+3/3"])
    #expect(try keys("+2-9", "3") == ["+2/2", "3", "+3/3"])
    #expect(try keys("+2-") == ["+2/2", "+3/3"])
    #expect(try keys("0", "4", "+0", "+4", "18446744073709551615").isEmpty)
  }

  @Test(arguments: [
    "", "-", "-3", "+-3", "x", "3x", "3-x", "3-2", "1,2", "++", "+3-2", "18446744073709551616", "1-2-3",
  ])
  func noSelector(_ selector: String) {
    #expect(JournalSelection([b("1"), b(selector)]) == nil)
  }

  @Test func noSelectors() { #expect(JournalSelection([]) == nil) }

  @Test("The sum of a mark is of its text as it was before the journal escaped it")
  func escapedMark() throws {
    var replies = JournalReplies(nonce: b("0"), selection: try #require(JournalSelection([b("+")])))
    let reply = replies.reply(to: b("begin 0_a\\\\\\nb")).map(text)
    #expect(reply == "<LAVA_JOURNAL +1/0.6593cfac begin 0_a\\\\\\nb>")
  }

  @Test("What the storage has done to a record: it stays one line, and its sum is the one that was journalled")
  func damaged() throws {
    var replies = JournalReplies(nonce: b("0"), selection: try #require(JournalSelection([b("1-"), b("+")])))
    for (record, reply) in [
      ("7", "<LAVA_JOURNAL 7. >"), ("8 ", "<LAVA_JOURNAL 8. >"), ("9 <> <", "<LAVA_JOURNAL 9.\\l\\g \\l>"),
      ("10  x", "<LAVA_JOURNAL 10. x>"), ("99999999999999999999 0 x", nil), ("", nil), ("7x 0 x", nil),
    ] {
      let actual = replies.reply(to: b(record)).map(text) ?? "none"
      if let reply { #expect(actual == reply) } else { #expect(actual.hasPrefix("<LAVA_JOURNAL +")) }
    }
  }
}

@Suite("Lines that come in pieces")
struct LineSplitterTests {
  private func lines(_ pieces: [String], limit: Int = .max) -> (lines: [String], rest: String) {
    var splitter = LineSplitter(limit: limit)
    let lines = pieces.flatMap { splitter.take(b($0)).map(text) }
    return (lines, text(splitter.rest))
  }

  @Test func anyPieces() {
    let all = "one\n\ntwo three\nfour"
    for size in 1...all.utf8.count {
      let pieces = stride(from: 0, to: all.count, by: size).map { String(all.dropFirst($0).prefix(size)) }
      #expect(lines(pieces) == (["one", "", "two three"], "four"))
    }
    #expect(lines([]) == ([], ""))
  }

  @Test("What is behind the limit of a line is dropped, and the next line begins where it begins")
  func limited() {
    #expect(lines(["abcdef\ngh\n"], limit: 4) == (["abcd", "gh"], ""))
    #expect(lines(["abc", "def", "\ng", "h"], limit: 4) == (["abcd"], "gh"))
    #expect(lines(["abcdef"], limit: 0) == ([], ""))
  }
}
