// SPDX-License-Identifier: Apache-2.0

import JobModel
import Testing
import YAMLDocument

/// `monitors` (spec signals §10): what is read, and the mistakes in them.
@Suite struct MonitorTests {
  /// A job with a test; line 6 is that of the first key below it.
  static func job(_ test: String) -> String {
    """
    job_name: a
    timeouts: {job: {minutes: 5}}
    actions:
    - boot: {method: minimal, prompts: ['# ']}
    - test:
    \(test.split(separator: "\n").map { "    \($0)\n" }.joined())
    """
  }

  private static let good = job(
    """
    monitors:
    - name: tests
      start: BOOTING
      end: DONE
      pattern: '(?P<test_case_id>\\w+): (?P<result>\\w+)'
      fixupdict: {PASS: pass, KO: fail}
      expected: [one, two]
    """
  )

  @Test func whatIsRead() throws {
    let job = try #require(Job(try reading(Self.good)))
    guard case .test(let block) = job.actions[1].body else { throw Missing() }
    #expect(block.kind == .monitors)
    let monitor = try #require(block.monitors.first)
    #expect(monitor.suite == "tests")
    #expect(
      [monitor.start, monitor.end, monitor.pattern].map(\.text) == [
        "BOOTING", "DONE", "(?P<test_case_id>\\w+): (?P<result>\\w+)",
      ]
    )
    #expect(monitor.pattern.node.start.line == 9)
    #expect(monitor.fixups.map { "\($0.word) \($0.result)" } == ["PASS pass", "KO fail"])
    #expect(monitor.expected == ["one", "two"])
  }

  @Test(arguments: [("Two Words", "two-words"), ("a", "a"), ("A  b.C", "a--b.c")])
  func theSuiteIsMadeOfTheName(name: String, suite: String) throws {
    let job = try #require(Job(try reading(Self.good.replacing("name: tests", with: "name: \(name)"))))
    guard case .test(let block) = job.actions[1].body else { throw Missing() }
    #expect(block.monitors.map(\.suite) == [suite])
  }

  private struct Missing: Error {}

  @Test(arguments: [
    Mistake(
      "    - name: tests\n      start",
      "    - start",
      "7:7 error missing-key: the monitor needs 'name' | expected a text"
    ),
    Mistake(
      "name: tests",
      "name: tests/1",
      "7:13 warning result-name: LAVA's server takes no results of a monitor named 'tests/1'"
        + " | expected letters, digits, '_', '-' and '.'"
    ),
    Mistake("name: tests", "name: 5", "7:13 error wrong-type: 'name' cannot be the number '5' | expected a text"),
    Mistake(
      "      end: DONE\n",
      "",
      "7:7 error missing-key: the monitor needs 'end' | expected a regular expression"
    ),
    Mistake(
      "start: BOOTING",
      "start: 'BOOT('",
      "8:14 error bad-pattern: 'BOOT(' is not a regular expression: missing closing parenthesis at character 6"
    ),
    Mistake("start: BOOTING", "start: ''", "8:14 error empty-text: 'start' cannot be an empty text"),
    Mistake(
      "(?P<result>\\w+)",
      "(\\w+)",
      "10:16 warning missing-group: the pattern has no group 'result' or 'measurement': nothing is reported where it"
        + " matches | expected (?P<test_case_id>...) and (?P<result>...)"
    ),
    Mistake(
      "?P<test_case_id>",
      "",
      "10:16 warning missing-group: the pattern has no group 'test_case_id': nothing is reported where it matches"
        + " | expected (?P<test_case_id>...) and (?P<result>...)"
    ),
    Mistake(
      "'(?P<test_case_id>\\w+): (?P<result>\\w+)'",
      "'(?P<test_case_id>x)?(?P<result>y)?'",
      "10:16 error pattern-matches-nothing: the pattern '(?P<test_case_id>x)?(?P<result>y)?' matches an empty text: it"
        + " would never come to an end"
    ),
    Mistake(
      "KO: fail",
      "KO: failed",
      "11:35 error unknown-value: 'failed' is not a result | expected one of: fail, pass, skip, unknown | meant fail"
    ),
    Mistake(
      "fixupdict: {PASS: pass, KO: fail}",
      "fixupdict: [pass]",
      "11:18 error wrong-type: 'fixupdict' of the monitor cannot be a list | expected a mapping of keys to values"
    ),
    Mistake(
      "expected: [one, two]",
      "expected: one",
      "12:17 error wrong-type: 'expected' cannot be the text 'one' | expected a list"
    ),
    Mistake(
      "expected: [one, two]",
      "expectd: [one]",
      "12:7 warning unknown-key: unknown key 'expectd' in the monitor: it has no effect | meant expected"
    ),
    Mistake(
      "      expected: [one, two]\n",
      "    - {name: Tests, start: a, end: b, pattern: '(?P<test_case_id>a)(?P<result>b)'}\n",
      "12:7 warning duplicate-name: the monitor of line 7 reports as 'tests' too"
    ),
  ])
  func mistake(_ mistake: Mistake) throws {
    #expect(try jobFindings(mistake.text(from: Self.good)) == mistake.findings)
  }

  @Test func noMonitors() throws {
    #expect(
      try jobFindings(Self.job("monitors: []")) == [
        "6:5 warning no-monitors: 'monitors' is empty: this test looks for nothing"
      ]
    )
  }
}
