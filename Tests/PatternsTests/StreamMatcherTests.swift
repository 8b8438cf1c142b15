// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import Patterns
import Testing

/// Patterns in a stream that comes in pieces.
@Suite
struct StreamMatcherTests {
  /// What a stream's matches are, as text, and how the stream was cut does not matter.
  private func matches(
    of patterns: PatternSet,
    in pieces: [[UInt8]],
    retention: Int = StreamMatcher.defaultRetention
  ) throws -> [String] {
    var matcher = StreamMatcher(retention: retention)
    var found: [String] = []
    func take(settled: Bool) throws {
      while case .match(let match) = try matcher.next(patterns, settled: settled) {
        let groups = match.groups.map { $0.map { String(decoding: $0, as: UTF8.self) } ?? "-" }
        found.append("\(match.index):\(match.textBefore)|\(match.text)|\(groups)")
        if match.bytes.isEmpty { break }
      }
    }
    for piece in pieces {
      matcher.append(piece)
      try take(settled: false)
    }
    try take(settled: true)
    return found
  }

  private func cut(_ bytes: [UInt8], _ random: inout SeededGenerator, longest: Int) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      pieces.append(Array(rest.prefix(Int.random(in: 1...longest, using: &random))))
      rest = rest.dropFirst(pieces.last!.count)
    }
    return pieces
  }

  static let text = """
    U-Boot 2026.01\r\nHit any key: 3 2 1 0\r\n=> boot\r\n[    0.000000] Linux größer als üblich\r\n\
    debian login: root\r\nroot@debian:~# ./run\r\n<LAVA_SIGNAL_STARTRUN 0_x 1.2>\r\ntook 12.5 ms\r\nt-1: pass\r\nt-2: fail\r\n\
    <LAVA_SIGNAL_TORN t<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>\r\nfoofoobar\r\nroot@debian:~# 
    """

  static let sets: [[String]] = [
    ["=> ", "login:", #"root@\w+:[^ ]*# "#],
    [#"<LAVA_SIGNAL_(\S+) ([^>]+)>"#, #"took (?P<measurement>\d+\.?\d*)"#],
    [#"\d+"#],
    [#"(?m)^(?P<test_case_id>\S+): (?P<result>pass|fail)$"#, "foo", "foobar"],
    ["foobar", "foo", "foofoobar"],
    [#"[^\r]+\r\n"#],
    [#"\w+$"#, "größ", #"\büb"#],
    ["nothing", #"(?<=# )\./run"#, #"^ boot"#],
  ]

  @Test("the same stream gives the same matches, however it is cut", arguments: sets.indices)
  func cuts(_ index: Int) throws {
    let patterns = try PatternSet(Self.sets[index])
    let bytes = Array(Self.text.utf8)
    let whole = try matches(of: patterns, in: [bytes])
    #expect(!whole.isEmpty)
    #expect(try matches(of: patterns, in: bytes.map { [$0] }) == whole)
    var random = SeededGenerator(state: UInt64(index))
    for _ in 0..<200 { #expect(try matches(of: patterns, in: cut(bytes, &random, longest: 40)) == whole) }
  }

  @Test("the earliest start wins, then the first in the list")
  func order() throws {
    #expect(try matches(of: PatternSet(["b", "ab", "a"]), in: [Array("xab".utf8)]) == ["1:x|ab|[]"])
    #expect(try matches(of: PatternSet(["a", "ab"]), in: [Array("ab".utf8)]) == ["0:|a|[]"])
    #expect(try matches(of: PatternSet(["ab", "a"]), in: [Array("ab".utf8)]) == ["0:|ab|[]"])
  }

  @Test("a match that more bytes could change waits for them, or for the word that none come")
  func undecided() throws {
    var matcher = StreamMatcher()
    let number = try PatternSet([#"\d+"#])
    matcher.append(Array("took 12".utf8))
    guard case .undecided = try matcher.next(number) else { Issue.record("not undecided"); return }
    matcher.append(Array("5".utf8))
    guard case .undecided = try matcher.next(number) else { Issue.record("not undecided"); return }
    guard case .match(let match) = try matcher.next(number, settled: true) else { Issue.record("no match"); return }
    #expect(match.text == "125")
    #expect(match.textBefore == "took ")
    #expect(matcher.unreadCount == 0)
    // What ends with something definite does not wait.
    matcher.append(Array("login:".utf8))
    guard case .match = try matcher.next(PatternSet(["login:"])) else { Issue.record("no match"); return }
  }

  @Test("each search sees the unread bytes only: ^ is where the last match ended")
  func beginning() throws {
    // pexpect searches its buffer, which begins there.
    #expect(try matches(of: PatternSet(["^b", "a"]), in: [Array("ab".utf8)]) == ["1:|a|[]", "0:|b|[]"])
    #expect(try matches(of: PatternSet([#"\bb"#, "a"]), in: [Array("ab".utf8)]) == ["1:|a|[]", "0:|b|[]"])
    #expect(try matches(of: PatternSet(["(?<=a)b", "a"]), in: [Array("ab".utf8)]) == ["1:|a|[]"])
  }

  @Test("unread bytes can be taken and put back")
  func putBack() throws {
    var matcher = StreamMatcher()
    matcher.append(Array("one two three".utf8))
    guard case .match = try matcher.next(PatternSet(["two"])) else { Issue.record("no match"); return }
    #expect(matcher.takeUnread() == Array(" three".utf8))
    #expect(matcher.unreadCount == 0)
    matcher.append(Array("four".utf8))
    matcher.putBack(Array("three ".utf8))
    guard case .match(let match) = try matcher.next(PatternSet(["four"])) else { Issue.record("no match"); return }
    #expect(match.textBefore == "three ")
  }

  @Test("more unread bytes than are kept lose the oldest, the same however they are cut")
  func retention() throws {
    let filler = Array(repeatElement("0123456789abcdef", count: 20_000).joined().utf8)
    let bytes = Array("begin ".utf8) + filler + Array(" middle ".utf8) + filler + Array(" end".utf8)
    let patterns = try PatternSet(["(?s)begin.*end", "(?s) middle.*end", " end"])
    let whole = try matches(of: patterns, in: [bytes], retention: 100_000)
    // Both long ones are longer than what is kept; the last is not.
    #expect(whole.count == 1)
    #expect(whole[0].hasPrefix("2:"))
    var random = SeededGenerator(state: 7)
    for _ in 0..<5 {
      #expect(try matches(of: patterns, in: cut(bytes, &random, longest: 50_000), retention: 100_000) == whole)
    }
  }

  @Test("an open match is not searched again and again")
  func openMatch() throws {
    // A torn signal, then half a MiB without its end in pieces of 16 bytes: 32,768 searches from its begin would look
    // at 8 GB.
    var matcher = StreamMatcher()
    let patterns = try PatternSet([#"<LAVA_SIGNAL_(\S+) ([^>]+)>"#])
    matcher.append(Array("<LAVA_SIGNAL_TESTCASE ".utf8))
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 16)
    for _ in 0..<32_768 {
      matcher.append(piece)
      guard case .undecided = try matcher.next(patterns) else { Issue.record("decided"); return }
    }
    matcher.append(Array(">".utf8))
    guard case .match(let match) = try matcher.next(patterns, settled: true) else { Issue.record("no match"); return }
    #expect(match.groups[1]?.count == 32_768 * 16)
  }

  @Test(
    "a pattern that explodes is given up with an error",
    .timeLimit(.minutes(20)),
    arguments: [#"(a+)+b"#, #"(a|aa)+$"#, #"(a|a)*c"#, #"^(\w+\s?)*$"#]
  )
  func explosion(_ pattern: String) throws {
    let error = #expect(throws: PatternError.self) {
      try Pattern(pattern).firstMatch(in: [UInt8](repeating: UInt8(ascii: "a"), count: 5000) + Array("!\n!bc".utf8))
    }
    #expect(error?.problem == .tooCostly)
    #expect(error?.failure().code == "pattern-too-costly")
  }

  @Test("a pattern that is slow at each of many places is given up too", .timeLimit(.minutes(20)))
  func slow() throws {
    let error = #expect(throws: PatternError.self) {
      try Pattern(#"(?:\w\w)+\s+foo"#).firstMatch(
        in: [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 18) + Array("! foo".utf8)
      )
    }
    #expect(error?.reason == "it took too long")
  }
}
