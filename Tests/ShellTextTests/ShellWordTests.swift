// SPDX-License-Identifier: Apache-2.0

import HostTools
import ShellText
import Testing

@Suite struct ShellWordTests {
  /// Python's `shlex.quote`, by its documentation and its test-suite's safe characters.
  @Test(arguments: [
    ("", "''"), ("abcXYZ019_@%+=:,./-", "abcXYZ019_@%+=:,./-"), ("a b", "'a b'"), ("$x", "'$x'"), ("~", "'~'"),
    ("it's", #"'it'"'"'s'"#), ("'", #"''"'"''"#), ("é", "'é'"), ("a\nb", "'a\nb'"),
  ])
  func quoting(text: String, expected: String) {
    #expect(ShellWord.quote(text) == expected)
    #expect(run(["sh", "-c", "printf %s \(expected)"]).output == text)
  }

  @Test(arguments: ["", "plain", "it's", "$HOME `id` \\ \"x\"", "''", "e\u{301}'"])
  func quotesAroundAnything(text: String) {
    let word = ShellWord.quoteAlways(text)
    #expect(word.hasPrefix("'") && word.hasSuffix("'"))
    #expect(run(["sh", "-c", "printf %s \(word)"]).output == text)
  }

  @Test(arguments: [
    ("A", true), ("_a9", true), ("", false), ("9a", false), ("a-b", false), ("a b", false), ("é", false),
  ])
  func variableNames(name: String, isName: Bool) {
    #expect(ShellWord.isVariableName(name) == isName)
    // What the shell takes for a name it can unset.
    #expect((run(["sh", "-c", "unset -v \"$1\"", "sh", name]).status == 0) == isName)
  }
}
