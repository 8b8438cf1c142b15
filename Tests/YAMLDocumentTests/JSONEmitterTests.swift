// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing
import YAMLDocument

/// RFC 8259: what must be escaped, what a number is, and what JSON has no form for.
@Suite struct JSONEmitterTests {
  @Test(
    arguments: [
      (.null, "null"), (true, "true"), (-7, "-7"), (.float(1.5), "1.5"), (.float(1e22), "1.0e+22"),
      ("a\"b\\c/", #""a\"b\\c/""#),
      ("\n\r\t\u{1B}\u{0}\u{7F}\u{2028}", #""\n\r\t\u001b\u0000\u007f\u2028""#), ("é😀", "\"é😀\""),
      (.float(.nan), "\".nan\""), (.float(-.infinity), "\"-.inf\""), (.timestamp("2026-11-21"), "\"2026-11-21\""),
      ([], "[]"), ([:], "{}"), ([1, [2]], "[1,[2]]"), (["a": 1, "b": [true]], #"{"a":1,"b":[true]}"#),
    ] as [(YAMLValue, String)]
  )
  func compact(value: YAMLValue, expected: String) {
    #expect(JSONEmitter.compact(value) == expected)
  }

  @Test func keysOfOtherTypesBecomeText() {
    let value = YAMLValue.mapping([.init(1, "a"), .init(true, "b"), .init(.null, "c"), .init(.float(0.5), "d")])
    #expect(JSONEmitter.compact(value) == #"{"1":"a","true":"b","null":"c","0.5":"d"}"#)
  }

  /// As Python's `json.dumps(value, indent=2)` lays it out.
  @Test func pretty() {
    let value: YAMLValue = ["a": [1, ["b": .null]], "c": [], "d": [:]]
    #expect(
      JSONEmitter.pretty(value) == """
        {
          "a": [
            1,
            {
              "b": null
            }
          ],
          "c": [],
          "d": {}
        }
        """
    )
  }

  @Test func diagnosticsForEditors() {
    let list = DiagnosticList([
      Diagnostic(.warning, "late", "second", at: SourcePlace(file: "a", line: 2, column: 1)),
      Diagnostic(
        .error,
        "early",
        "first",
        at: SourcePlace(file: "a", line: 1, column: 5),
        length: 3,
        expected: "x",
        suggestion: "y",
        advice: "Do z."
      ),
      Diagnostic(.note, "nowhere", "third"),
    ])
    #expect(
      list.yamlValue == [
        [
          "severity": "error", "code": "early", "message": "first", "file": "a", "line": 1, "column": 5, "length": 3,
          "expected": "x", "suggestion": "y", "advice": "Do z.",
        ],
        ["severity": "warning", "code": "late", "message": "second", "file": "a", "line": 2, "column": 1, "length": 0],
        ["severity": "note", "code": "nowhere", "message": "third"],
      ]
    )
  }
}
