// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing

@Suite struct DiagnosticTextTests {
  private func place(_ line: Int, _ column: Int, _ file: String = "job.yaml") -> SourcePlace {
    SourcePlace(file: file, line: line, column: column)
  }

  private func render(_ source: String, _ diagnostics: Diagnostic...) -> String {
    DiagnosticTextRenderer(sources: ["job.yaml": source]).render(DiagnosticList(diagnostics))
  }

  @Test func everyPart() {
    let text = render(
      "a: 1\n  tpye: x\n",
      Diagnostic(
        .error,
        "unknown-key",
        "'tpye' is not a key of a deploy action",
        at: place(2, 3),
        length: 4,
        expected: "one of: to, type",
        suggestion: "type",
        advice: "See the documentation."
      )
    )
    #expect(
      text == """
        job.yaml:2:3: error: 'tpye' is not a key of a deploy action
          2 |   tpye: x
            |   ^~~~
          expected one of: to, type
          did you mean 'type'?
          See the documentation.

        """
    )
  }

  @Test func severalInReadingOrder() {
    let text = DiagnosticTextRenderer().render(
      DiagnosticList([
        Diagnostic(.note, "n", "last, without a place"),
        Diagnostic(.error, "e", "other file", at: place(1, 1, "z.yaml")),
        Diagnostic(.warning, "w", "line 10", at: place(10, 1)),
        Diagnostic(.error, "e", "line 9, column 20", at: place(9, 20)),
        Diagnostic(.error, "e", "line 9, column 3", at: place(9, 3)),
        Diagnostic(.error, "e", "line 9, column 3, found later", at: place(9, 3)),
      ])
    )
    #expect(
      text == """
        job.yaml:9:3: error: line 9, column 3
        job.yaml:9:3: error: line 9, column 3, found later
        job.yaml:9:20: error: line 9, column 20
        job.yaml:10:1: warning: line 10
        z.yaml:1:1: error: other file
        note: last, without a place

        """
    )
  }

  /// The caret line repeats the tabs, so it stands right at every tab width.
  @Test func tabsBeforeTheCaret() {
    let text = render("\ta\tb: 1", Diagnostic(.error, "e", "m", at: place(1, 4), length: 1))
    #expect(text == "job.yaml:1:4: error: m\n  1 | \ta\tb: 1\n    | \t \t^\n")
  }

  @Test(arguments: ["a\r\nbad\r\nc", "a\nbad\nc", "a\rbad\rc", "\u{FEFF}a\nbad"])
  func everyLineBreak(source: String) {
    let text = render(source, Diagnostic(.error, "e", "m", at: place(2, 1), length: 3))
    #expect(text == "job.yaml:2:1: error: m\n  2 | bad\n    | ^~~\n")
  }

  /// Places do not count a byte order mark.
  @Test func aByteOrderMarkTakesNoColumn() {
    let text = render("\u{FEFF}ab", Diagnostic(.error, "e", "m", at: place(1, 2)))
    #expect(text == "job.yaml:1:2: error: m\n  1 | ab\n    |  ^\n")
  }

  @Test func columnsAreScalars() {
    let text = render("é€: x", Diagnostic(.error, "e", "m", at: place(1, 5), length: 1))
    #expect(text == "job.yaml:1:5: error: m\n  1 | é€: x\n    |     ^\n")
  }

  @Test func theGutterIsAsWideAsTheNumber() {
    let source = String(repeating: "\n", count: 99) + "x"
    let text = render(source, Diagnostic(.error, "e", "m", at: place(100, 1)))
    #expect(text == "job.yaml:100:1: error: m\n  100 | x\n      | ^\n")
  }

  @Test func aPointBehindTheLineAndALengthBeyondIt() {
    #expect(
      render("ab", Diagnostic(.error, "e", "m", at: place(1, 3)))
        == "job.yaml:1:3: error: m\n  1 | ab\n    |   ^\n"
    )
    #expect(
      render("ab", Diagnostic(.error, "e", "m", at: place(1, 2), length: 50))
        == "job.yaml:1:2: error: m\n  1 | ab\n    |  ^\n"
    )
    #expect(render("ab", Diagnostic(.error, "e", "m", at: place(7, 1))) == "job.yaml:7:1: error: m\n")
  }

  @Test func aLongLineIsCutAroundTheCaret() {
    let source = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500)
    let text = render(source, Diagnostic(.error, "e", "m", at: place(1, 501), length: 1))
    let lines = text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.count < 180 })
    let caret = lines.last.flatMap { line in
      line.firstIndex(of: "^").map { line.distance(from: line.startIndex, to: $0) }
    }
    let fault = lines.dropFirst().first.flatMap { line in
      line.firstIndex(of: "X").map { line.distance(from: line.startIndex, to: $0) }
    }
    #expect(caret != nil && caret == fault)
  }

  /// A text that somebody else wrote must not move the cursor, clear the screen or reorder the line.
  @Test func controlCharactersNeverReachTheTerminal() {
    let text = render(
      "a\u{1B}[2Jb\u{202E}c",
      Diagnostic(.error, "e", "'\u{1B}]0;x\u{7}' and\nmore", at: place(1, 2), advice: "\u{7F}\u{9B}")
    )
    #expect(
      text == """
        job.yaml:1:2: error: '␛]0;x␇' and␊more
          1 | a␛[2Jb\u{FFFD}c
            |  ^
          ␡\u{FFFD}

        """
    )
  }
}
