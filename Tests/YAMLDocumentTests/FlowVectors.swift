// SPDX-License-Identifier: Apache-2.0

import YAMLDocument

/// Printed by PyYAML 6.0.3 on libyaml 0.2.5, without the final line break:
/// `yaml.dump(value, Dumper=CSafeDumper, default_flow_style=True, default_style='"', width=10**5, sort_keys=False)`.
enum FlowVectors {
  static let wordsThatLookLikeOtherTypes: [EmitterVector] = [
    .init("yes", "\"yes\""),
    .init("Yes", "\"Yes\""),
    .init("no", "\"no\""),
    .init("on", "\"on\""),
    .init("OFF", "\"OFF\""),
    .init("y", "\"y\""),
    .init("n", "\"n\""),
    .init("true", "\"true\""),
    .init("tRUE", "\"tRUE\""),
    .init("~", "\"~\""),
    .init("null", "\"null\""),
    .init("Null", "\"Null\""),
    .init("nULL", "\"nULL\""),
    .init("", "\"\""),
    .init("1", "\"1\""),
    .init("-1", "\"-1\""),
    .init("+1", "\"+1\""),
    .init("0", "\"0\""),
    .init("08", "\"08\""),
    .init("017", "\"017\""),
    .init("0o17", "\"0o17\""),
    .init("0x1f", "\"0x1f\""),
    .init("0b1", "\"0b1\""),
    .init("1_000", "\"1_000\""),
    .init("1:30", "\"1:30\""),
    .init("1:60", "\"1:60\""),
    .init("12:30:45", "\"12:30:45\""),
    .init("1e3", "\"1e3\""),
    .init("1e+3", "\"1e+3\""),
    .init("1.0e+3", "\"1.0e+3\""),
    .init("1.", "\"1.\""),
    .init(".5", "\".5\""),
    .init("-.5", "\"-.5\""),
    .init("1.5", "\"1.5\""),
    .init(".inf", "\".inf\""),
    .init("-.Inf", "\"-.Inf\""),
    .init(".NaN", "\".NaN\""),
    .init("nan", "\"nan\""),
    .init("2026-11-21", "\"2026-11-21\""),
    .init("2026-1-2", "\"2026-1-2\""),
    .init("2001-12-14t21:59:43.10-05:00", "\"2001-12-14t21:59:43.10-05:00\""),
    .init("=", "\"=\""),
    .init("==", "\"==\""),
    .init("<<", "\"<<\""),
    .init("<", "\"<\""),
    .init("!", "\"!\""),
    .init("&", "\"&\""),
    .init("*", "\"*\""),
  ]

  static let indicators: [EmitterVector] = [
    .init("a: b", "\"a: b\""),
    .init("a:b", "\"a:b\""),
    .init("a:", "\"a:\""),
    .init(":a", "\":a\""),
    .init(": ", "\": \""),
    .init("- x", "\"- x\""),
    .init("-x", "\"-x\""),
    .init("-", "\"-\""),
    .init("--", "\"--\""),
    .init("---", "\"---\""),
    .init("--- a", "\"--- a\""),
    .init("...", "\"...\""),
    .init("? y", "\"? y\""),
    .init("?y", "\"?y\""),
    .init("a #b", "\"a #b\""),
    .init("a#b", "\"a#b\""),
    .init("#", "\"#\""),
    .init("# c", "\"# c\""),
    .init("[x]", "\"[x]\""),
    .init("{x}", "\"{x}\""),
    .init("x]", "\"x]\""),
    .init("a, b", "\"a, b\""),
    .init(",", "\",\""),
    .init("!a", "\"!a\""),
    .init("&a", "\"&a\""),
    .init("*a", "\"*a\""),
    .init("%a", "\"%a\""),
    .init("@b", "\"@b\""),
    .init("`c", "\"`c\""),
    .init("|", "\"|\""),
    .init(">", "\">\""),
    .init("|x", "\"|x\""),
    .init("\"q\"", "\"\\\"q\\\"\""),
    .init("it's", "\"it's\""),
    .init("'", "\"'\""),
    .init("\"", "\"\\\"\""),
    .init("back\\slash", "\"back\\\\slash\""),
    .init("a\\nb", "\"a\\\\nb\""),
    .init("$HOME", "\"$HOME\""),
    .init("echo \"a\" && ls | grep x > /dev/null", "\"echo \\\"a\\\" && ls | grep x > /dev/null\""),
    .init("for i in 1 2 3; do echo $i; done", "\"for i in 1 2 3; do echo $i; done\""),
    .init("http://example.com/a:b#c", "\"http://example.com/a:b#c\""),
  ]

  static let blanksAndLines: [EmitterVector] = [
    .init(" leading", "\" leading\""),
    .init("trailing ", "\"trailing \""),
    .init("  ", "\"  \""),
    .init("a  b", "\"a  b\""),
    .init("tab\there", "\"tab\\there\""),
    .init("\ttab", "\"\\ttab\""),
    .init("a\nb", "\"a\\nb\""),
    .init("a\n", "\"a\\n\""),
    .init("\n", "\"\\n\""),
    .init("\na", "\"\\na\""),
    .init("a\n\nb", "\"a\\n\\nb\""),
    .init("a\n\n\nb\n", "\"a\\n\\n\\nb\\n\""),
    .init(" a\n b\n", "\" a\\n b\\n\""),
    .init("    indented\n  less\n", "\"    indented\\n  less\\n\""),
    .init("trailing space \nnext", "\"trailing space \\nnext\""),
    .init("a\rb", "\"a\\rb\""),
    .init("a\r\nb", "\"a\\r\\nb\""),
    .init("a\n #b\n", "\"a\\n #b\\n\""),
    .init("x:\n  y", "\"x:\\n  y\""),
    .init("it's\nyes", "\"it's\\nyes\""),
  ]

  static let notASCII: [EmitterVector] = [
    .init("caf\u{E9}", "\"caf\\xE9\""),
    .init("\u{20AC}", "\"\\u20AC\""),
    .init("\u{1F600}", "\"\\U0001F600\""),
    .init("\u{85}", "\"\\N\""),
    .init("\u{A0}", "\"\\_\""),
    .init("\u{2028}", "\"\\L\""),
    .init("\u{2029}", "\"\\P\""),
    .init("\u{FEFF}", "\"\\uFEFF\""),
    .init("\u{1B}[0m", "\"\\e[0m\""),
    .init("\u{0}", "\"\\0\""),
    .init("\u{7}", "\"\\a\""),
    .init("\u{8}", "\"\\b\""),
    .init("\u{B}", "\"\\v\""),
    .init("\u{C}", "\"\\f\""),
    .init("\u{7F}", "\"\\x7F\""),
    .init("\u{80}", "\"\\x80\""),
    .init("\u{D7FF}", "\"\\uD7FF\""),
    .init("\u{FFFF}", "\"\\uFFFF\""),
    .init("\u{10FFFF}", "\"\\U0010FFFF\""),
    .init("a\n\u{E9}", "\"a\\n\\xE9\""),
  ]

  static let folded: [EmitterVector] = [
    .init(
      "lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum ",
      "\"lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum lorem ipsum \""
    ),
    .init(
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\""
    ),
    .init(
      "lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   ",
      "\"lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   lorem  ipsum   \""
    ),
    .init(
      "word\nword\nword\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx yyyyyyyyyyyyyyyyyyyy",
      "\"word\\nword\\nword\\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx yyyyyyyyyyyyyyyyyyyy\""
    ),
    .init(
      "it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's ",
      "\"it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's \""
    ),
    .init(
      "long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line long \u{E9} line ",
      "\"long \\xE9 line long \\xE9 line long \\xE9 line long \\xE9 line long \\xE9 line long \\xE9 line long \\xE9 line long \\xE9 line long \\xE9 line long \\xE9 line \""
    ),
    .init(
      "\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}",
      "\"\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\\xE9\""
    ),
    .init(
      "                                                                                          ",
      "\"                                                                                          \""
    ),
    .init(
      "a                                                                                          b",
      "\"a                                                                                          b\""
    ),
    .init(
      "one two one two one two one two one two one two one two one two one two one two one two one two \nthree four three four three four three four three four three four three four three four three four ",
      "\"one two one two one two one two one two one two one two one two one two one two one two one two \\nthree four three four three four three four three four three four three four three four three four \""
    ),
  ]

  static let numbers: [EmitterVector] = [
    .init(.null, "! \"null\""),
    .init(true, "! \"true\""),
    .init(false, "! \"false\""),
    .init(0, "! \"0\""),
    .init(-1, "! \"-1\""),
    .init(42, "! \"42\""),
    .init(9223372036854775807, "! \"9223372036854775807\""),
    .init(-9223372036854775808, "! \"-9223372036854775808\""),
    .init(.float(0.0), "! \"0.0\""),
    .init(.float(-0.0), "! \"-0.0\""),
    .init(.float(1.0), "! \"1.0\""),
    .init(.float(1.5), "! \"1.5\""),
    .init(.float(-2.25), "! \"-2.25\""),
    .init(.float(0.1), "! \"0.1\""),
    .init(.float(0.3333333333333333), "! \"0.3333333333333333\""),
    .init(.float(100.0), "! \"100.0\""),
    .init(.float(123456.789), "! \"123456.789\""),
    .init(.float(1000000000000000.0), "! \"1000000000000000.0\""),
    .init(.float(1e+16), "! \"1.0e+16\""),
    .init(.float(1.2345678901234568e+16), "! \"1.2345678901234568e+16\""),
    .init(.float(1.2345678901234568e+17), "! \"1.2345678901234568e+17\""),
    .init(.float(1e+22), "! \"1.0e+22\""),
    .init(.float(1e+100), "! \"1.0e+100\""),
    .init(.float(1.7976931348623157e+308), "! \"1.7976931348623157e+308\""),
    .init(.float(0.0001), "! \"0.0001\""),
    .init(.float(1e-05), "! \"1.0e-05\""),
    .init(.float(1.5e-07), "! \"1.5e-07\""),
    .init(.float(.leastNonzeroMagnitude), "! \"5.0e-324\""),
    .init(.float(.infinity), "! \".inf\""),
    .init(.float(-.infinity), "! \"-.inf\""),
    .init(.float(.nan), "! \".nan\""),
  ]

  static let collections: [EmitterVector] = [
    .init([], "[]"),
    .init([:], "{}"),
    .init([[]], "[[]]"),
    .init([[:]], "[{}]"),
    .init(["a": []], "{\"a\": []}"),
    .init(["a": [:]], "{\"a\": {}}"),
    .init([1, "a", .null], "[! \"1\", \"a\", ! \"null\"]"),
    .init(["a": 1, "b": "x"], "{\"a\": ! \"1\", \"b\": \"x\"}"),
    .init(["steps": ["a", "b"], "x": ["y": ["z"]]], "{\"steps\": [\"a\", \"b\"], \"x\": {\"y\": [\"z\"]}}"),
    .init([[1, 2], [3, [4]]], "[[! \"1\", ! \"2\"], [! \"3\", [! \"4\"]]]"),
    .init([["a": 1, "b": 2], ["c": [1]]], "[{\"a\": ! \"1\", \"b\": ! \"2\"}, {\"c\": [! \"1\"]}]"),
    .init(["b": 1, "a": 2], "{\"b\": ! \"1\", \"a\": ! \"2\"}"),
    .init(
      .mapping([.init(1, "b"), .init(.null, "c"), .init(.float(1.5), "d")]),
      "{! \"1\": \"b\", ! \"null\": \"c\", ! \"1.5\": \"d\"}"
    ),
    .init(["yes": 1, "1": 2, "": 3], "{\"yes\": ! \"1\", \"1\": ! \"2\", \"\": ! \"3\"}"),
    .init(
      [
        "a b": 1, "a: b": 2,
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx":
          3,
      ],
      "{\"a b\": ! \"1\", \"a: b\": ! \"2\", ? \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" : ! \"3\"}"
    ),
    .init(["two\nlines": 1], "{? \"two\\nlines\" : ! \"1\"}"),
    .init(["a": "x\ny", "b": ["x\n"]], "{\"a\": \"x\\ny\", \"b\": [\"x\\n\"]}"),
    .init(
      [
        "metadata": [
          "format": "Lava-Test Test Definition 1.0", "name": "smoke", "description": "Basic tests", "os": ["debian"],
          "params": ["A": "1", "B": "caf\u{E9}"],
        ], "run": ["steps": ["lava-test-case a --shell true", "uname -a\nls /\n", "echo \"x: y\" # z"]],
      ],
      "{\"metadata\": {\"format\": \"Lava-Test Test Definition 1.0\", \"name\": \"smoke\", \"description\": \"Basic tests\", \"os\": [\"debian\"], \"params\": {\"A\": \"1\", \"B\": \"caf\\xE9\"}}, \"run\": {\"steps\": [\"lava-test-case a --shell true\", \"uname -a\\nls /\\n\", \"echo \\\"x: y\\\" # z\"]}}"
    ),
  ]
}
