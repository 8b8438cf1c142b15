// SPDX-License-Identifier: Apache-2.0

import Testing

/// What is said of regular expressions that a boot waits for.
@Suite struct PromptMistakeTests {
  @Test(arguments: doubtful + broken) func mistake(_ mistake: Mistake) throws {
    #expect(try jobFindings(mistake.text(from: goodJob)) == mistake.findings)
  }

  /// None of these is a mistake: what boards and jobs of LAVA's users have.
  @Test(arguments: [
    "root@debian:~#", #"root@(.*):[/~]#"#, "/ #", #"\$ "#, #"[$] "#, "=> ", "# $", #"~ \$"#, "(shell$|#)",
    "linaro-test:",
    "(?m)^a$ b", "bash-4.2$|b:", "sh-5.1%",
  ])
  func ordinaryPrompts(_ prompt: String) throws {
    #expect(try jobFindings(goodJob.replacing("['# ']", with: "['\(prompt)']")) == [])
  }

  private static let doubtful = [
    Mistake(
      "['# ']",
      "['Welcome to Debian']",
      "17:15 warning prompt-is-a-word: the prompt 'Welcome to Debian' is mere words: they are found in other output of"
        + " the board too | expected what ends the prompt as well, such as 'Welcome to Debian:~#'"
    ),
    Mistake(
      "['# ']",
      "['$ ']",
      "17:15 warning dollar-in-prompt: the prompt '$ ' is never found: '$' stands for the end of what the board says"
        + #" | expected '\$' for the character"#
    ),
    Mistake(
      "['# ']",
      "['root@debian:~$']",
      "17:15 warning dollar-in-prompt: the prompt 'root@debian:~$' is never found: '$' stands for the end of what the"
        + #" board says | expected '\$' for the character"#
    ),
    Mistake(
      "['# ']",
      "['#*', '.*']",
      "17:15 warning prompt-matches-nothing: the prompt '#*' matches an empty text: it is found before the board has"
        + " said anything",
      "17:21 warning prompt-matches-nothing: the prompt '.*' matches an empty text: it is found before the board has"
        + " said anything"
    ),
  ]

  private static let broken = [
    Mistake(
      "['# ']",
      "['# ', '[']",
      "17:21 error bad-pattern: '[' is not a regular expression: unterminated character set at character 1"
    ),
    Mistake(
      "login_prompt: 'login:'",
      "login_prompt: '*'",
      "19:21 error bad-pattern: '*' is not a regular expression: quantifier does not follow a repeatable item at"
        + " character 1"
    ),
    Mistake(
      "username: root",
      "username: root\n      password: a\n      password_prompt: '(a'",
      "22:24 error bad-pattern: '(a' is not a regular expression: missing closing parenthesis at character 3"
    ),
    Mistake(
      "method: qemu",
      "method: qemu\n    failure_message: '('\n    parameters: {kernel-start-message: '(', shutdown-message: ''}",
      "17:22 error bad-pattern: '(' is not a regular expression: missing closing parenthesis at character 2",
      "18:40 error bad-pattern: '(' is not a regular expression: missing closing parenthesis at character 2"
    ),
    Mistake(
      "method: qemu",
      "method: grub\n    commands: a\n    boot_finished: [a, '(']",
      "18:24 error bad-pattern: '(' is not a regular expression: missing closing parenthesis at character 2"
    ),
  ]
}
