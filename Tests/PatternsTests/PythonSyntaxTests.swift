// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Patterns
import Testing

/// Patterns mean what they mean to Python 3.11's `re.search`, which gave the expected values.
@Suite
struct PythonSyntaxTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var pattern: String
    var text: String
    /// What Python's `match.group()` says; nil where it finds nothing.
    var found: String?

    init(_ pattern: String, _ text: String, _ found: String?) {
      self.pattern = pattern
      self.text = text
      self.found = found
    }

    var testDescription: String { "\(pattern) in \(text.debugDescription)" }
  }

  static let examples: [Example] = [
    // \Z is the very end; PCRE2's would match before a last newline too.
    .init(#"foo\Z"#, "foo\n", nil),
    .init(#"foo$"#, "foo\n", "foo"),
    // \v is one character; PCRE2's is a class.
    .init(#"a\vb"#, "a\u{0B}b", "a\u{0B}b"),
    .init(#"a\vb"#, "a\nb", nil),
    .init(#"[\v]"#, "\n", nil),
    .init("a{,2}b", "aaab", "aab"),
    .init("a{,}b", "aaab", "aaab"),
    .init("a{2}b", "aaab", "aab"),
    .init("a{x}", "a{x}", "a{x}"),
    .init("{}", "{}", "{}"),
    .init("a{1,", "a{1,", "a{1,"),
    // A bracket in a class is just that; PCRE2 would read [:alpha:] as all letters.
    .init("[[:alpha:]]", "b", nil),
    .init("[[:alpha:]]", "a]", "a]"),
    .init("[]a]+", "]a]", "]a]"),
    .init("[^]a]+", "]xy", "xy"),
    .init(#"[\b]"#, "a\u{08}", "\u{08}"),
    .init(#"[\]x]+"#, "]x", "]x"),
    // Numbers: octal or a group.
    .init(#"\0"#, "\0", "\0"),
    .init(#"\101"#, "A", "A"),
    .init(#"(a)\1"#, "aa", "aa"),
    .init(#"[\101]"#, "A", "A"),
    .init(#"\x41"#, "A", "A"),
    .init(#"\u00e9"#, "é", "é"),
    .init(#"\U0001f600"#, "😀", "😀"),
    .init("(?P<x>a|b)(?P=x)", "abb", "bb"),
    .init("(?P<a_name_that_is_much_longer_than_thirty_two_characters>a)b", "ab", "ab"),
    .init("(a)?(?(1)b|c)", "ab", "ab"),
    .init("(?P<q>a)?(?(q)b|c)", "xc", "c"),
    .init("(?i)LOGIN", "login", "login"),
    .init("(?i:L)ogin", "login", "login"),
    .init("(?i:L)OGIN", "login", nil),
    .init("(?s)a.b", "a\nb", "a\nb"),
    .init("(?s-i:a.b)", "a\nb", "a\nb"),
    .init(#"(?m)\n^"#, "a\n", "\n"),
    .init("(?m)^b", "a\nb", "b"),
    .init("(?x) a b # a comment with ( and [", "ab", "ab"),
    .init(#"(?x) a\ b [ #] "#, "a b#", "a b#"),
    .init("a(?#a comment)b", "ab", "ab"),
    // Text is Unicode, unless it is said not to be.
    .init(#"\w+"#, "größe", "größe"),
    .init(#"(?a)\w+"#, "größe", "gr"),
    .init(#"\d+"#, "٣", "٣"),
    .init(#"x\s"#, "x\u{00A0}", "x\u{00A0}"),
    .init("a.c", "aéc", "aéc"),
    .init("[é-ü]+", "aöü", "öü"),
    .init(#"\bfoo\b"#, "a foo b", "foo"),
    .init(#"(?<=\$)\w+"#, "$home", "home"),
    .init(#"(?<!\$)\bhome"#, "$home", nil),
    // PCRE2 10.42 finds nothing here unless it is told not to guess.
    .init(#"(?=a)\w*a"#, "a-b", "a"),
    .init("a++b", "aab", "aab"),
    .init("(?>a+)ab", "aab", nil),
    .init(##"\/\-\#\ "##, "/-# ", "/-# "),
    .init("a.b", "a\nb", nil),
    .init("a.b", "a\rb", "a\rb"),
    .init("", "a", ""),
  ]

  @Test("a pattern finds what Python finds", arguments: examples)
  func finds(_ example: Example) throws {
    let match = try Pattern(example.pattern).firstMatch(in: Array(example.text.utf8))
    #expect(match?.text == example.found)
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    var pattern: String
    var offset: Int
    var words: String

    init(_ pattern: String, _ offset: Int, _ words: String) {
      self.pattern = pattern
      self.offset = offset
      self.words = words
    }

    var testDescription: String { pattern }
  }

  /// Offsets are where a person would put the finger; Python 3.11 refuses each of these too.
  static let mistakes: [Mistake] = [
    .init("ab(c", 4, "parenthesis"),
    .init("a)", 1, "parenthesis"),
    .init("[abc", 0, "unterminated character set"),
    .init("*a", 0, "quantifier"),
    .init(#"a\"#, 1, "backslash"),
    .init(#"a\q"#, 1, #"bad escape \q"#),
    .init(#"\Qa.b\E"#, 0, #"bad escape \Q"#),
    .init(#"a\K"#, 1, #"bad escape \K"#),
    .init(#"[\A]"#, 1, #"bad escape \A"#),
    .init("(?P<1>a)", 0, "group name"),
    .init("(?P<a>.)(?P<a>.)", 8, "redefinition"),
    .init("(?P=nobody)", 0, "unknown group name"),
    .init(#"(a)\2"#, 3, "invalid group reference"),
    .init(#"(a\1)"#, 2, "open group"),
    .init("(?P<n>a(?P=n))", 7, "open group"),
    .init(#"(a)\11"#, 3, "invalid group reference"),
    .init("(?<name>a)", 0, "unknown extension"),
    .init("(?R)", 0, "unknown flag"),
    .init("(*ACCEPT)", 0, "nothing to repeat"),
    .init("(*UTF8)a", 0, "nothing to repeat"),
    .init("a(?i)b", 1, "global flags"),
    .init(#"\x4"#, 0, "incomplete escape"),
    .init(#"\ud800"#, 0, "incomplete escape"),
    .init("[b-a]", 3, "range"),
    .init("(?<=a+)b", 0, "lookbehind"),
    .init("é(", 2, "parenthesis"),
  ]

  @Test("a mistake is reported with its place and a reason", arguments: mistakes)
  func refuses(_ mistake: Mistake) throws {
    let error = #expect(throws: PatternError.self) { try Pattern(mistake.pattern) }
    #expect(error?.problem == .invalid(offset: mistake.offset))
    #expect(error?.reason.contains(mistake.words) == true, "\(error?.reason ?? "")")
    let failure = error?.failure()
    #expect(failure?.kind == .job)
    #expect(failure?.message.contains("character \(mistake.offset + 1)") == true)
  }

  @Test("options mean what Python's flags mean")
  func options() throws {
    let text = Array("a\nB".utf8)
    #expect(try Pattern("a.B", .dotAll).firstMatch(in: text) != nil)
    #expect(try Pattern("^B", .multiline).firstMatch(in: text) != nil)
    #expect(try Pattern("^B").firstMatch(in: text) == nil)
    #expect(try Pattern("b", .ignoreCase).firstMatch(in: text)?.text == "B")
    #expect(try Pattern("a # x", .verbose).firstMatch(in: text)?.text == "a")
    #expect(try Pattern(#"\w"#, .ascii).firstMatch(in: Array("é".utf8)) == nil)
  }

  @Test("a byte that is not UTF-8 matches as some character, and comes out as it is")
  func damage() throws {
    let bytes: [UInt8] = Array("<A b".utf8) + [0xFF, 0xC3] + Array("c>".utf8)
    let match = try #require(try Pattern(#"<(\S+) (?P<rest>[^>]+)>"#).firstMatch(in: bytes))
    #expect(match["rest"] == [UInt8(ascii: "b"), 0xFF, 0xC3, UInt8(ascii: "c")])
    #expect(match.text(of: "rest") == "b\u{FFFD}\u{FFFD}c")
    #expect(try Pattern(#"\w"#).firstMatch(in: [0xFF]) == nil)
    #expect(try Pattern(#"\s"#).firstMatch(in: [0xFF]) == nil)
  }

  @Test("groups by number and name; one that took no part is nil")
  func groups() throws {
    let pattern = try Pattern(#"(?P<id>\w+)=(\d+)?(?P<unit>[a-z]+)?"#)
    let match = try #require(try pattern.firstMatch(in: Array("x=12".utf8)))
    #expect(match.groups == [Array("x".utf8), Array("12".utf8), nil])
    #expect(match.text(of: "id") == "x")
    #expect(match["unit"] == nil)
    #expect(match.hasGroup("unit"))
    #expect(!match.hasGroup("measurement"))
  }
}
