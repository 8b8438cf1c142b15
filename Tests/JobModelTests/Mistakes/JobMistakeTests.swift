// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Testing

/// Mistakes in what stands above a job's actions, and in the timeouts.
@Suite struct JobMistakeTests {
  @Test func theGoodJobIsGood() throws { #expect(try jobFindings(goodJob, isStrict: true) == []) }

  @Test(arguments: top + timeouts) func mistake(_ mistake: Mistake) throws {
    #expect(try jobFindings(mistake.text(from: goodJob)) == mistake.findings)
  }

  private static let top = [
    Mistake(
      "{arch: amd64}",
      "{acrh: amd64, my_own: 5, memory: 512}",
      "3:11 warning context-name: 'acrh' is not a variable of 'context' that a LAVA server takes, unless its"
        + " administrator says so | meant arch"
    ),
    Mistake("job_name: base\n", "", "1:1 error missing-key: the job needs 'job_name' | expected a text"),
    Mistake(
      "job_name: base",
      "job-name: base",
      "1:1 error unknown-key: unknown key 'job-name' in the job, which needs 'job_name' | meant job_name"
    ),
    Mistake(
      "job_name: base",
      "job_name:",
      "1:1 error missing-value: 'job_name' of the job has no value | expected a text"
    ),
    Mistake("job_name: base", "job_name: ''", "1:11 error empty-text: 'job_name' cannot be an empty text"),
    Mistake(
      "job_name: base",
      "job_name: 2026-11-21",
      "1:11 error wrong-type: 'job_name' cannot be the date '2026-11-21' | expected a text"
    ),
    Mistake(
      "job_name: base",
      "job_name: [base]",
      "1:11 error wrong-type: 'job_name' cannot be a list | expected a text"
    ),
    Mistake(
      "job_name: base",
      "job_name: \(String(repeating: "n", count: 201))",
      "1:11 error long-name: 'job_name' is longer than LAVA takes | expected 200 characters at most"
    ),
    Mistake(
      "device_type: qemu",
      "devicetype: qemu",
      "2:1 warning unknown-key: unknown key 'devicetype' in the job: it has no effect | meant device_type"
    ),
    Mistake(
      "device_type: qemu",
      "device_type: qemu\nlogging_level: debug\ntarget: kvm01",
      "3:1 note old-key: 'logging_level' of the job is a key of older versions of LAVA",
      "4:1 note old-key: 'target' of the job is a key of older versions of LAVA"
    ),
    Mistake(
      "device_type: qemu",
      "1: qemu",
      "2:1 warning unknown-key: unknown key which is the number '1' in the job: it has no effect"
        + " | expected one of: device_type, environment, metadata, tags"
    ),
    Mistake(
      "{arch: amd64}",
      "amd64",
      "3:10 error wrong-type: 'context' cannot be the text 'amd64' | expected a mapping of names to values"
    ),
    Mistake(
      "{arch: amd64}",
      "{arch: amd64, a: 1, b: [x, 2], c: yes, d: 1.5, e: {f: g}, h: , i: [[x]]}",
      "3:52 warning context-value: LAVA takes no value in 'context' that is the number '1.5'"
        + " | expected a text, a whole number, or a list of those",
      "3:60 warning context-value: LAVA takes no value in 'context' that is a mapping"
        + " | expected a text, a whole number, or a list of those",
      "3:68 warning context-value: LAVA takes no value in 'context' that is empty"
        + " | expected a text, a whole number, or a list of those",
      "3:76 warning context-value: LAVA takes no value in 'context' that is a list"
        + " | expected a text, a whole number, or a list of those"
    ),
    Mistake(
      "secrets: {token: abc}",
      "secrets: {token: 12345, open: }",
      "4:11 error wrong-type: the secret 'token' is not a text | expected a text",
      "4:25 error wrong-type: the secret 'open' is not a text | expected a text"
    ),
    Mistake(
      "secrets: {token: abc}",
      "secrets: {7: abc}",
      "4:11 error wrong-type: a key of 'secrets' of the job cannot be the number '7' | expected a text"
    ),
    Mistake(
      "secrets: {token: abc}",
      "environment: {no: x, my-var: y, GOOD_1: z}",
      "4:15 warning environment-name: the name of a shell variable cannot be the boolean 'no'"
        + " | expected letters, digits and '_', and no digit first",
      "4:22 warning environment-name: the name of a shell variable cannot be 'my-var'"
        + " | expected letters, digits and '_', and no digit first"
    ),
    Mistake(
      "secrets: {token: abc}",
      "tags: big",
      "4:7 error wrong-type: 'tags' cannot be the text 'big' | expected a list"
    ),
    Mistake(
      "secrets: {token: abc}",
      "tags: [big, 64]",
      "4:13 error wrong-type: an item of 'tags' cannot be the number '64' | expected a text"
    ),
    Mistake(
      "secrets: {token: abc}",
      "protocols: [lava-multinode]",
      "4:12 error wrong-type: 'protocols' cannot be a list | expected a mapping of names to values"
    ),
    Mistake(
      "job_name: base\n",
      "job_name: base\njob_name: again\n",
      "2:1 warning duplicate-key: the key 'job_name' was already given on line 1; this one replaces it"
    ),
  ]

  private static let timeouts = [
    Mistake(
      "timeouts:\n  job: {minutes: 30}\n  action: {minutes: 5}\n",
      "",
      "1:1 error missing-key: the job needs 'timeouts' | expected a mapping"
    ),
    Mistake(
      "timeouts:\n  job: {minutes: 30}\n  action: {minutes: 5}\n",
      "timeouts:\n",
      "5:1 error missing-value: 'timeouts' of the job has no value | expected a mapping"
    ),
    Mistake(
      "  job: {minutes: 30}\n",
      "",
      "5:1 error missing-key: 'timeouts' of the job needs 'job'"
        + " | expected the time the whole job may take: job: {minutes: 30}"
    ),
    Mistake(
      "  job: {minutes: 30}\n",
      "  jobs: {minutes: 30}\n",
      "6:3 error unknown-key: unknown key 'jobs' in 'timeouts' of the job, which needs 'job' | meant job"
    ),
    Mistake(
      "  action: {minutes: 5}\n",
      "  test: {minutes: 5}\n",
      "7:3 note old-key: 'test' of 'timeouts' of the job is a key of older versions of LAVA"
    ),
    Mistake(
      "  action: {minutes: 5}\n",
      "  tests: {minutes: 5}\n",
      "7:3 warning unknown-key: unknown key 'tests' in 'timeouts' of the job: it has no effect | meant test"
    ),
    Mistake(
      "{minutes: 5}",
      "5m",
      "7:11 note old-timeout: the timeout 'action' is a text, as older versions of LAVA had it"
    ),
    Mistake(
      "{minutes: 5}",
      "5",
      "7:11 error wrong-type: the timeout 'action' cannot be the number '5'"
        + " | expected a mapping with days, hours, minutes or seconds"
    ),
    Mistake(
      "{minutes: 5}",
      "{minutes: ten}",
      "7:21 error wrong-type: 'minutes' cannot be the text 'ten' | expected a number of minutes, such as 10"
    ),
    Mistake(
      "{minutes: 5}",
      "{minutes: -5}",
      "7:21 error wrong-type: 'minutes' cannot be the number '-5' | expected a number of minutes, such as 10"
    ),
    Mistake(
      "{minutes: 5}",
      "{days: 1001}",
      "7:18 error wrong-type: 'days' cannot be the number '1001' | expected a time of 1000 days at most"
    ),
    Mistake(
      "{minutes: 5}",
      "{minute: 5}",
      "7:12 error unknown-key: unknown key 'minute' in the timeout 'action', which needs 'minutes' | meant minutes"
    ),
    Mistake(
      "{minutes: 5}",
      "{}",
      "7:11 error empty-timeout: the timeout 'action' states no time"
        + " | expected days, hours, minutes or seconds, more than 0"
    ),
    Mistake(
      "{minutes: 5}",
      "{seconds: 0, skip: true}",
      "7:11 error empty-timeout: the timeout 'action' states no time"
        + " | expected days, hours, minutes or seconds, more than 0"
    ),
    Mistake(
      "{minutes: 5}",
      "{minutes: 1, seconds: 30}",
      "7:11 note several-units: the timeout 'action' is the sum of minutes and seconds"
    ),
    Mistake(
      "{minutes: 5}",
      "{minutes: 5, skip: 'yes'}",
      "7:30 error wrong-type: 'skip' cannot be the text 'yes' | expected true or false"
    ),
    Mistake(
      "{minutes: 5}",
      "{hours: 1}",
      "7:11 warning longer-than-job: the timeout 'action' is longer than the job's own, which ends the job first"
    ),
    Mistake(
      "  action: {minutes: 5}",
      "  actions: {power-off: 10, auto-login-action: {seconds: 5}}",
      "7:24 error wrong-type: the timeout of 'power-off' cannot be the number '10'"
        + " | expected a mapping with days, hours, minutes or seconds"
    ),
  ]

  /// One that aliases repeat is wrong once.
  @Test func anAliasIsWrongOnce() throws {
    let text = goodJob.replacing("action: {minutes: 5}", with: "action: &t {minutes: ten}\n  connection: *t")
    #expect(
      try jobFindings(text) == [
        "7:24 error wrong-type: 'minutes' cannot be the text 'ten' | expected a number of minutes, such as 10"
      ]
    )
  }

  @Test(arguments: [
    ("2m", "minutes: 2"), ("90", "seconds: 90"), ("1 hour", "hours: 1"), ("3d", "days: 3"), ("45 sec", "seconds: 45"),
    ("soon", "minutes: 2"), ("0", "minutes: 2"),
  ])
  func aTimeoutAsTextIsTranslated(text: String, meaning: String) throws {
    let reading = try reading(goodJob.replacing("action: {minutes: 5}", with: "action: \(text)"), isStrict: true)
    #expect(Job(reading) == nil)
    #expect(reading.diagnostics.items.map(\.advice) == ["Write '\(meaning)' on a line of its own below."])
  }

  @Test(arguments: [
    ("minutes: 5}", "minutes: '5'}", "Remove the quotes: 5."),
    ("job_name: base", "job_name: 96", "Put it in quotes: '96'."),
    ("['# ']", "[{login: }]", "A ': ', or a ':' at the end, makes a mapping of a text; put such a text in quotes."),
    ("method: qemu", "method: minimal\n    reset: 'no'", "Remove the quotes: no."),
  ])
  func adviceOnQuotes(right: String, wrong: String, advice: String) throws {
    let reading = try reading(goodJob.replacing(right, with: wrong))
    #expect(Job(reading) == nil)
    #expect(reading.diagnostics.items.map(\.advice) == [advice])
  }
}
