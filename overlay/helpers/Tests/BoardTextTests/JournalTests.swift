// SPDX-License-Identifier: Apache-2.0

import BoardText
import Testing

@Suite("Journal")
struct JournalTests {
  private let header = "pumice-journal 1 5f3a 1700000000\n"

  private func tail(_ journal: String, isWhole: Bool = true) -> JournalTail? {
    JournalTail(b(journal), isWhole: isWhole)
  }

  @Test func start() throws {
    #expect(text(JournalText.header(nonce: b("5f3a"), epoch: 1_700_000_000)) == header)
    let known = try #require(JournalText.start(b(header + "begin 0_a\n")))
    #expect(known.nonce == b("5f3a"))
    #expect(known.epoch == 1_700_000_000)
  }

  @Test(arguments: ["", "pumice-journal 1 0 5", "pumice-journal 2 0 5\n", "pumice-journal 1 XY 5\n", "x\n"])
  func notAHeader(_ start: String) {
    #expect(JournalText.start(b(start)) == nil)
  }

  @Test func records() {
    #expect(text(JournalText.begin(b("0_a"))) == "begin 0_a\n")
    #expect(text(JournalText.ended(.install, of: b("0_a"), status: 0)) == "install 0_a 0\n")
    #expect(text(JournalText.ended(.run, of: b("0_a"), status: 143)) == "exit 0_a 143\n")
    #expect(text(JournalText.end(count: 17)) == "end 17\n")
  }

  @Test("The host draws up to 16 lower-case hex digits")
  func nonces() {
    #expect(JournalText.nonce(b("0123456789abcdef")) == b("0123456789abcdef"))
    for typed in ["", "0123456789abcdef0", "A", "g", "1 2", "$(id)"] { #expect(JournalText.nonce(b(typed)) == nil) }
  }

  @Test("The first signal has number 1, whatever was recorded before it")
  func beforeTheFirst() {
    #expect(tail(header)?.lastNumber == 0)
    #expect(tail(header + "begin 0_a\n")?.lastNumber == 0)
  }

  @Test("Definitions whose names begin with digits are no numbers")
  func lastNumber() {
    let journal = header + "begin 9_a\n9 00000000 <x>\n10 00000000 <y>\nexit 9_a 0\nbegin 77_b\n"
    #expect(tail(journal) == JournalTail(lastNumber: 10, isClosed: false, wholeLength: journal.utf8.count))
  }

  @Test("Bytes after the last newline are no record")
  func halfARecord() {
    let whole = header + "1 00000000 <x>\n"
    #expect(tail(whole + "2 0000")?.wholeLength == whole.utf8.count)
    #expect(tail(whole + "2 0000")?.lastNumber == 1)
  }

  @Test("After `end` the journal is closed")
  func closed() {
    #expect(tail(header + "1 00000000 <x>\nend 1\n")?.isClosed == true)
    #expect(tail(header + "1 00000000 <end 1>\n")?.isClosed == false)
    #expect(tail(header + "end 0\n")?.isClosed == true)
  }

  @Test("From the end of a file only whole lines count")
  func partOfAFile() {
    // The first line may be the end of one: "5 …" of "15 …".
    #expect(tail("5 00000000 <x>\n", isWhole: false) == nil)
    #expect(tail("5 00000000 <x>\nbegin 0_a\n", isWhole: false) == nil)
    #expect(tail("5 00000000 <x>\n16 00000000 <y>\n", isWhole: false)?.lastNumber == 16)
  }
}
