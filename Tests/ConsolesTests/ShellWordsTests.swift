// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Testing

/// Command lines, split as pexpect 4.8's `split_command_line` does, which gave the expected values.
@Suite
struct ShellWordsTests {
  @Test(
    "words, quotes and backslashes",
    arguments: [
      ("telnet localhost 7002", ["telnet", "localhost", "7002"]),
      ("  a\t b\n", ["a", "b"]),
      (#"ssh "root@host" 'echo $HOME'"#, ["ssh", "root@host", "echo $HOME"]),
      (#"a"b c"d"#, ["ab cd"]),
      (#"a\ b \"c\" \\"#, ["a b", "\"c\"", #"\"#]),
      // A backslash within quotes is itself.
      (#"'a\b' "c\d""#, [#"a\b"#, #"c\d"#]),
      (#"a '' b"#, ["a", "", "b"]),
      ("", []),
    ]
  )
  func words(_ line: String, _ expected: [String]) throws {
    #expect(try ShellWords.split(line) == expected)
  }

  @Test("what ends within a quote is refused", arguments: [#"a "b"#, "a 'b", #"a\"#])
  func unfinished(_ line: String) {
    #expect(#expect(throws: Failure.self) { try ShellWords.split(line) }?.code == "command-unfinished")
  }

  @Test("a command needs a program")
  func empty() {
    let failure = #expect(throws: Failure.self) { try ConsoleCommand(line: "  ") }
    #expect(failure?.kind == .configuration)
  }
}
