// SPDX-License-Identifier: Apache-2.0

import BoardText
import Testing

/// The results of a stream, each `id result` or `id result (reason)`.
func tapResults(_ stream: String, prefix: String = "") -> [String] {
  tapResults(lines: b(stream).lines, prefix: prefix)
}

func tapResults(lines: [Bytes], prefix: String = "") -> [String] {
  final class Results { var all: [String] = [] }
  let results = Results()
  var reader = TAPReader(prefix: b(prefix)) { id, result, reason in
    results.all.append("\(text(id)) \(result)" + (reason.isEmpty ? "" : " (\(text(reason)))"))
  }
  for line in lines { reader.take(line) }
  reader.finish()
  return results.all
}

@Suite("TAP")
struct TAPTests {
  /// The lines of the grammar in the TAP 12, 13 and 14 specifications of testanything.org.
  @Test(arguments: [
    ("ok", "test-1 pass"), ("not ok", "test-1 fail"), ("ok 7", "test-7 pass"), ("ok 7 - a name", "a_name pass"),
    ("ok - a", "a pass"), ("ok a", "a pass"), ("not  ok\t3  a \t b  ", "a_b fail"), ("ok 1 - - a", "-_a pass"),
    ("ok 3 -name", "-name pass"), ("ok 4x", "4x pass"), ("ok 18446744073709551616 a", "18446744073709551616_a pass"),
    ("ok 1 a # SKIP", "a skip"), ("ok 1 a # skip no device", "a skip (no device)"),
    ("ok 1 a #SKIPPED: none", "a skip (none)"),
    ("not ok 2 # skip why", "test-2 skip (why)"), ("not ok 2 a # TODO later", "a skip (TODO later)"),
    ("ok 2 a # todo", "a skip (todo)"), ("not ok 2 a # XFAIL known", "a skip (XFAIL known)"),
    ("not ok 2 a # TIMEOUT 45 seconds", "a fail (TIMEOUT 45 seconds)"), ("not ok 2 a # exit=1", "a fail (exit=1)"),
    ("ok 2 a # time=1ms", "a pass"), ("ok 1 bug #12 # SKIP x", "bug_#12 skip (x)"), ("ok 1 a#SKIP", "a#SKIP pass"),
    ("ok 1 a \\# SKIP", "a_#_SKIP pass"), ("ok 1 c:\\\\x", "c:\\x pass"), ("ok 1 c:\\x", "c:\\x pass"),
    ("ok 1 a\r", "a pass"),
    ("ok 0 a", "a pass"), ("ok 1 é\u{A0}é", "é\u{A0}é pass"),
  ])
  func points(line: String, expected: String) {
    #expect(tapResults(line) == [expected])
  }

  @Test(
    "Lines that say nothing of a test",
    arguments: [
      "", " ", "okay", "ok: x", "not okay", "notok 1", "# ok 1 a", "not", "o", "OK 1", "1..", "1..x", "1..3x",
      "pragma +strict",
      "[  OK  ] Started ok 1", "TAP version 13", "KTAP version 1", "Bail out", "# Subtest", "# Subtest:", "---", "...",
    ]
  )
  func others(line: String) {
    #expect(tapResults(line).isEmpty)
  }

  @Test("Points without a number have the one behind the last")
  func numbers() {
    #expect(
      tapResults("ok\nok 5\nnot ok\nok 18446744073709551615\nok\n").map { $0.split(separator: " ")[0] } == [
        "test-1", "test-5", "test-6", "test-18446744073709551615", "test-0",
      ]
    )
  }

  @Test("Points that the plan has and the stream has not are failures; a plan may be the last line")
  func plan() {
    let reason = "(missing: the plan is 1..4)"
    #expect(
      tapResults("1..4\nok 1 a\nok 3 c\n") == ["a pass", "c pass", "test-2 fail \(reason)", "test-4 fail \(reason)"]
    )
    // The point without a number is the one behind the second.
    #expect(
      tapResults("ok 4 d\nok 2 b\nok a\n1..4 # so many") == ["d pass", "b pass", "a pass", "test-1 fail \(reason)"]
    )
    #expect(tapResults("1..2\nok\nok\nok\n1..9\n") == ["test-1 pass", "test-2 pass", "test-3 pass"])
    #expect(tapResults("1..0 # SKIP no device") == ["all-tests skip (SKIP no device)"])
    #expect(tapResults("1..0", prefix: "p") == ["p.all-tests skip"])
    #expect(tapResults("ok\n1..99999999999999999999") == ["test-1 pass"])
  }

  @Test("A plan of very many: 256 are told each, the others together, and nobody waits for them")
  func largePlan() {
    let results = tapResults("1..18446744073709551615\nok 2\nok 99999\n")
    #expect(results.count == 2 + 256 + 1)
    #expect(results[2] == "test-1 fail (missing: the plan is 1..18446744073709551615)")
    #expect(results[3].hasPrefix("test-3 fail"))
    #expect(results.last == "18446744073709551357-more-tests fail (missing: the plan is 1..18446744073709551615)")
  }

  @Test func bailOut() {
    #expect(
      tapResults("1..3\nok 1 a\n    1..1\nBail out!  Out of memory. \nok 2 b\n") == [
        "a pass", "test-2.test-1 fail (missing: the plan is 1..1)", "bail-out fail (Out of memory.)",
        "test-2 fail (missing: the plan is 1..3)", "test-3 fail (missing: the plan is 1..3)",
      ]
    )
    #expect(tapResults("Bail out!") == ["bail-out fail"])
  }

  @Test("A YAML block says nothing of tests, whatever is in it; one without an end ends with its indentation")
  func yaml() {
    #expect(
      tapResults("not ok 1 a\n  ---\n  ok 1 x\n\n    ok 9\n  1..7\n  ...\n  ok 1 y\nok 2 b\n") == [
        "a fail", "test-2.y pass", "b pass",
      ]
    )
    #expect(tapResults("ok 1 a\n  ---\n  ok 1 x\nok 2 b\n  ok 1 y\n") == ["a pass", "b pass", "test-3.y pass"])
    #expect(tapResults("---\nok 1 a\n") == ["a pass"])
  }

  @Test("A second stream behind the first has its own plan")
  func twoStreams() {
    #expect(
      tapResults("TAP version 13\n1..2\nok 1 a\nTAP version 13\n1..1\nok 1 b\n") == [
        "a pass", "test-2 fail (missing: the plan is 1..2)", "b pass",
      ]
    )
  }

  @Test func prefix() {
    #expect(
      tapResults("ok 1 a b\nok\n1..3\n", prefix: "my suite") == [
        "my suite.a_b pass", "my suite.test-2 pass", "my suite.test-3 fail (missing: the plan is 1..3)",
      ]
    )
  }

  @Test("Long names are cut, and so are names of many levels")
  func longNames() {
    let name = String(repeating: "n", count: 1000)
    #expect(tapResults("ok 1 \(name)").map { $0.utf8.count } == [512 + 5])
    #expect(tapResults("# Subtest: \(name)\n  ok 1 \(name)\n").map { $0.utf8.count } == [512 + 5])
  }
}
