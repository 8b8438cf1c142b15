// SPDX-License-Identifier: Apache-2.0

import YAMLDocument

/// A value and what PyYAML printed for it.
struct EmitterVector: Sendable {
  let value: YAMLValue
  let text: String

  init(_ value: YAMLValue, _ text: String) {
    self.value = value
    self.text = text
  }
}

/// Printed by PyYAML 6.0.3 on libyaml 0.2.5:
/// `yaml.dump(value, Dumper=CSafeDumper, default_flow_style=False, sort_keys=False)`.
enum BlockVectors {
  static let wordsThatLookLikeOtherTypes: [EmitterVector] = [
    .init("yes", "'yes'\n"),
    .init("Yes", "'Yes'\n"),
    .init("no", "'no'\n"),
    .init("on", "'on'\n"),
    .init("OFF", "'OFF'\n"),
    .init("y", "y\n"),
    .init("n", "n\n"),
    .init("true", "'true'\n"),
    .init("tRUE", "tRUE\n"),
    .init("~", "'~'\n"),
    .init("null", "'null'\n"),
    .init("Null", "'Null'\n"),
    .init("nULL", "nULL\n"),
    .init("", "''\n"),
    .init("1", "'1'\n"),
    .init("-1", "'-1'\n"),
    .init("+1", "'+1'\n"),
    .init("0", "'0'\n"),
    .init("08", "08\n"),
    .init("017", "'017'\n"),
    .init("0o17", "0o17\n"),
    .init("0x1f", "'0x1f'\n"),
    .init("0b1", "'0b1'\n"),
    .init("1_000", "'1_000'\n"),
    .init("1:30", "'1:30'\n"),
    .init("1:60", "1:60\n"),
    .init("12:30:45", "'12:30:45'\n"),
    .init("1e3", "1e3\n"),
    .init("1e+3", "1e+3\n"),
    .init("1.0e+3", "'1.0e+3'\n"),
    .init("1.", "'1.'\n"),
    .init(".5", "'.5'\n"),
    .init("-.5", "-.5\n"),
    .init("1.5", "'1.5'\n"),
    .init(".inf", "'.inf'\n"),
    .init("-.Inf", "'-.Inf'\n"),
    .init(".NaN", "'.NaN'\n"),
    .init("nan", "nan\n"),
    .init("2026-11-21", "'2026-11-21'\n"),
    .init("2026-1-2", "2026-1-2\n"),
    .init("2001-12-14t21:59:43.10-05:00", "'2001-12-14t21:59:43.10-05:00'\n"),
    .init("=", "'='\n"),
    .init("==", "==\n"),
    .init("<<", "'<<'\n"),
    .init("<", "<\n"),
    .init("!", "'!'\n"),
    .init("&", "'&'\n"),
    .init("*", "'*'\n"),
  ]

  static let indicators: [EmitterVector] = [
    .init("a: b", "'a: b'\n"),
    .init("a:b", "a:b\n"),
    .init("a:", "'a:'\n"),
    .init(":a", ":a\n"),
    .init(": ", "': '\n"),
    .init("- x", "'- x'\n"),
    .init("-x", "-x\n"),
    .init("-", "'-'\n"),
    .init("--", "--\n"),
    .init("---", "'---'\n"),
    .init("--- a", "'--- a'\n"),
    .init("...", "'...'\n"),
    .init("? y", "'? y'\n"),
    .init("?y", "?y\n"),
    .init("a #b", "'a #b'\n"),
    .init("a#b", "a#b\n"),
    .init("#", "'#'\n"),
    .init("# c", "'# c'\n"),
    .init("[x]", "'[x]'\n"),
    .init("{x}", "'{x}'\n"),
    .init("x]", "x]\n"),
    .init("a, b", "a, b\n"),
    .init(",", "','\n"),
    .init("!a", "'!a'\n"),
    .init("&a", "'&a'\n"),
    .init("*a", "'*a'\n"),
    .init("%a", "'%a'\n"),
    .init("@b", "'@b'\n"),
    .init("`c", "'`c'\n"),
    .init("|", "'|'\n"),
    .init(">", "'>'\n"),
    .init("|x", "'|x'\n"),
    .init("\"q\"", "'\"q\"'\n"),
    .init("it's", "it's\n"),
    .init("'", "''''\n"),
    .init("\"", "'\"'\n"),
    .init("back\\slash", "back\\slash\n"),
    .init("a\\nb", "a\\nb\n"),
    .init("$HOME", "$HOME\n"),
    .init("echo \"a\" && ls | grep x > /dev/null", "echo \"a\" && ls | grep x > /dev/null\n"),
    .init("for i in 1 2 3; do echo $i; done", "for i in 1 2 3; do echo $i; done\n"),
    .init("http://example.com/a:b#c", "http://example.com/a:b#c\n"),
  ]

  static let blanksAndLines: [EmitterVector] = [
    .init(" leading", "' leading'\n"),
    .init("trailing ", "'trailing '\n"),
    .init("  ", "'  '\n"),
    .init("a  b", "a  b\n"),
    .init("tab\there", "\"tab\\there\"\n"),
    .init("\ttab", "\"\\ttab\"\n"),
    .init("a\nb", "'a\n\n  b'\n"),
    .init("a\n", "'a\n\n  '\n"),
    .init("\n", "'\n\n  '\n"),
    .init("\na", "'\n\n  a'\n"),
    .init("a\n\nb", "'a\n\n\n  b'\n"),
    .init("a\n\n\nb\n", "'a\n\n\n\n  b\n\n  '\n"),
    .init(" a\n b\n", "\" a\\n b\\n\"\n"),
    .init("    indented\n  less\n", "\"    indented\\n  less\\n\"\n"),
    .init("trailing space \nnext", "\"trailing space \\nnext\"\n"),
    .init("a\rb", "\"a\\rb\"\n"),
    .init("a\r\nb", "\"a\\r\\nb\"\n"),
    .init("a\n #b\n", "\"a\\n #b\\n\"\n"),
    .init("x:\n  y", "\"x:\\n  y\"\n"),
    .init("it's\nyes", "'it''s\n\n  yes'\n"),
  ]

  static let notASCII: [EmitterVector] = [
    .init("caf\u{E9}", "\"caf\\xE9\"\n"),
    .init("\u{20AC}", "\"\\u20AC\"\n"),
    .init("\u{1F600}", "\"\\U0001F600\"\n"),
    .init("\u{85}", "\"\\N\"\n"),
    .init("\u{A0}", "\"\\_\"\n"),
    .init("\u{2028}", "\"\\L\"\n"),
    .init("\u{2029}", "\"\\P\"\n"),
    .init("\u{FEFF}", "\"\\uFEFF\"\n"),
    .init("\u{1B}[0m", "\"\\e[0m\"\n"),
    .init("\u{0}", "\"\\0\"\n"),
    .init("\u{7}", "\"\\a\"\n"),
    .init("\u{8}", "\"\\b\"\n"),
    .init("\u{B}", "\"\\v\"\n"),
    .init("\u{C}", "\"\\f\"\n"),
    .init("\u{7F}", "\"\\x7F\"\n"),
    .init("\u{80}", "\"\\x80\"\n"),
    .init("\u{D7FF}", "\"\\uD7FF\"\n"),
    .init("\u{FFFF}", "\"\\uFFFF\"\n"),
    .init("\u{10FFFF}", "\"\\U0010FFFF\"\n"),
    .init("a\n\u{E9}", "\"a\\n\\xE9\"\n"),
  ]

  static let folded: [EmitterVector] = [
    .init(
      "lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum ",
      "'lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum\n  lorem ipsum lorem ipsum lorem ipsum '\n"
    ),
    .init(
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
    ),
    .init(
      "lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   ",
      "'lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   '\n"
    ),
    .init(
      "word\nword\nword\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx yyyyyyyyyyyyyyyyyyyy",
      "'word\n\n  word\n\n  word\n\n  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n  yyyyyyyyyyyyyyyyyyyy'\n"
    ),
    .init(
      "it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's ",
      "'it''s it''s it''s it''s it''s it''s it''s it''s it''s it''s it''s it''s it''s it''s\n  it''s it''s it''s it''s it''s it''s '\n"
    ),
    .init(
      "long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line ",
      "\"long \\xE9 line long \\xE9 line long \\xE9 line long \\xE9 line long \\xE9 line long \\xE9\n  line long \\xE9 line long \\xE9 line long \\xE9 line long \\xE9 line \"\n"
    ),
    .init(
      "\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}",
      "\"\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\"\n"
    ),
    .init(
      "                                                                                          ",
      "'                                                                                          '\n"
    ),
    .init(
      "a                                                                                          b",
      "a                                                                                          b\n"
    ),
    .init(
      "one two one two one two one two one two one two one two one two one two one two one two one two \nthree four three four three four three four three four three four three four three four three four ",
      "\"one two one two one two one two one two one two one two one two one two one two one\n  two one two \\nthree four three four three four three four three four three four\n  three four three four three four \"\n"
    ),
  ]

  static let numbers: [EmitterVector] = [
    .init(.null, "null\n"),
    .init(true, "true\n"),
    .init(false, "false\n"),
    .init(0, "0\n"),
    .init(-1, "-1\n"),
    .init(42, "42\n"),
    .init(9223372036854775807, "9223372036854775807\n"),
    .init(-9223372036854775808, "-9223372036854775808\n"),
    .init(.float(0.0), "0.0\n"),
    .init(.float(-0.0), "-0.0\n"),
    .init(.float(1.0), "1.0\n"),
    .init(.float(1.5), "1.5\n"),
    .init(.float(-2.25), "-2.25\n"),
    .init(.float(0.1), "0.1\n"),
    .init(.float(0.3333333333333333), "0.3333333333333333\n"),
    .init(.float(100.0), "100.0\n"),
    .init(.float(123456.789), "123456.789\n"),
    .init(.float(1000000000000000.0), "1000000000000000.0\n"),
    .init(.float(1e+16), "1.0e+16\n"),
    .init(.float(1.2345678901234568e+16), "1.2345678901234568e+16\n"),
    .init(.float(1.2345678901234568e+17), "1.2345678901234568e+17\n"),
    .init(.float(1e+22), "1.0e+22\n"),
    .init(.float(1e+100), "1.0e+100\n"),
    .init(.float(1.7976931348623157e+308), "1.7976931348623157e+308\n"),
    .init(.float(0.0001), "0.0001\n"),
    .init(.float(1e-05), "1.0e-05\n"),
    .init(.float(1.5e-07), "1.5e-07\n"),
    .init(.float(.leastNonzeroMagnitude), "5.0e-324\n"),
    .init(.float(.infinity), ".inf\n"),
    .init(.float(-.infinity), "-.inf\n"),
    .init(.float(.nan), ".nan\n"),
  ]

  static let collections: [EmitterVector] = [
    .init([], "[]\n"),
    .init([:], "{}\n"),
    .init([[]], "- []\n"),
    .init([[:]], "- {}\n"),
    .init(["a": []], "a: []\n"),
    .init(["a": [:]], "a: {}\n"),
    .init([1, "a", .null], "- 1\n- a\n- null\n"),
    .init(["a": 1, "b": "x"], "a: 1\nb: x\n"),
    .init(["steps": ["a", "b"], "x": ["y": ["z"]]], "steps:\n- a\n- b\nx:\n  y:\n  - z\n"),
    .init([[1, 2], [3, [4]]], "- - 1\n  - 2\n- - 3\n  - - 4\n"),
    .init([["a": 1, "b": 2], ["c": [1]]], "- a: 1\n  b: 2\n- c:\n  - 1\n"),
    .init(["b": 1, "a": 2], "b: 1\na: 2\n"),
    .init(.mapping([.init(1, "b"), .init(.null, "c"), .init(.float(1.5), "d")]), "1: b\nnull: c\n1.5: d\n"),
    .init(["yes": 1, "1": 2, "": 3], "'yes': 1\n'1': 2\n'': 3\n"),
    .init(
      [
        "a b": 1, "a: b": 2,
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx":
          3,
      ],
      "a b: 1\n'a: b': 2\n? xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n: 3\n"
    ),
    .init(["two\nlines": 1], "? 'two\n\n  lines'\n: 1\n"),
    .init(["a": "x\ny", "b": ["x\n"]], "a: 'x\n\n  y'\nb:\n- 'x\n\n  '\n"),
    .init(
      [
        "metadata": [
          "format": "Lava-Test Test Definition 1.0", "name": "smoke", "description": "Basic tests", "os": ["debian"],
          "params": ["A": "1", "B": "caf\u{E9}"],
        ], "run": ["steps": ["lava-test-case a --shell true", "uname -a\nls /\n", "echo \"x: y\" # z"]],
      ],
      "metadata:\n  format: Lava-Test Test Definition 1.0\n  name: smoke\n  description: Basic tests\n  os:\n  - debian\n  params:\n    A: '1'\n    B: \"caf\\xE9\"\nrun:\n  steps:\n  - lava-test-case a --shell true\n  - 'uname -a\n\n    ls /\n\n    '\n  - 'echo \"x: y\" # z'\n"
    ),
  ]
}
