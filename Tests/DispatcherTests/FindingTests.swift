// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Testing

@testable import Dispatcher

/// What a device cannot do for a job, and what is seen of its definitions before it runs.
@Suite struct FindingTests {
  private func findings(_ job: String, _ device: String) throws -> [Diagnostic] {
    try Sample.job(job).findings(on: try Sample.device(device)).items
  }

  @Test func aJobThatFits() throws {
    #expect(try findings(Sample.jobText([""]), Sample.deviceText) == [])
  }

  @Test func methodsThatTheDeviceDoesNotHave() throws {
    let device = """
      hostname: board
      actions: {deploy: {methods: {image: }}, boot: {methods: {qemu: {parameters: {command: qemu}}, fastboot: }}}
      """
    let found = try findings(Sample.jobText([""]), device)
    #expect(found.map(\.code) == ["device-cannot-deploy", "device-cannot-boot"])
    #expect(found.allSatisfy { $0.severity == .error })
    #expect(found[0].message == "the device device.yaml cannot deploy to overlay")
    #expect(found[1].message == "the device device.yaml cannot boot with method 'minimal'")
    #expect(found[1].expected == "one of: fastboot, qemu")
    #expect(found.map { $0.place?.file } == ["job.yaml", "job.yaml"])
    #expect(found.map { $0.place?.line } == [6, 7])
  }

  @Test func anOperatingSystemThatNobodyKnows() throws {
    let found = try findings(Sample.jobText([""], os: "debain"), Sample.deviceText)
    #expect(found.map(\.code) == ["unknown-os"])
    #expect(found.first?.severity == .warning)
    #expect(found.first?.suggestion == "debian")
  }

  @Test(arguments: ["(", "[a", "(?P<a>x)(?P<a>y)", "*"])
  func aPromptThatIsNoRegularExpression(pattern: String) throws {
    let job = Sample.jobText([""]).replacing("['# ']", with: "['# ', '\(pattern)']")
    let found = try findings(job, Sample.deviceText)
    #expect(found.map(\.code) == ["bad-pattern"])
    #expect(found.first?.message.hasPrefix("'\(pattern)' is not a regular expression: ") == true)
  }

  @Test func everyPatternOfABootIsLookedAt() throws {
    let boot = "auto_login: {login_prompt: '(', username: root, password_prompt: '[', password: x}"
    let job = Sample.jobText([""]).replacing("prompts: ['# ']", with: "prompts: ['# '], \(boot), failure_message: '*'")
    #expect(try findings(job, Sample.deviceText).map(\.code) == ["bad-pattern", "bad-pattern", "bad-pattern"])
  }

  @Test func definitionsAreReadBeforeTheJobRuns() throws {
    let text = Sample.jobText([""]).replacing(", name: first}\n", with: "}\n")
    let reading = try Sample.reading(text, "job.yaml")
    _ = Job(reading)
    reading.checkDefinitions()
    #expect(reading.diagnostics.items.map(\.code) == ["missing-metadata-name"])
    #expect(reading.diagnostics.items.first?.place?.line == 15)
  }

  /// A `parse` pattern is looked at before the job runs; what LAVA takes and then trips over is a warning.
  @Test(arguments: [
    ("(?P<test_case_id>.*): (?P<result>.*)", [String]()),
    (
      "(?P<test_case_id>.*:",
      [
        "error bad-pattern: '(?P<test_case_id>.*:' is not a regular expression: missing closing parenthesis"
          + " at character 21"
      ]
    ),
    (
      "(?P<test_case_id>x*)(?P<result>y*)",
      [
        "error pattern-matches-nothing: the pattern '(?P<test_case_id>x*)(?P<result>y*)' matches an empty text:"
          + " it would never come to an end"
      ]
    ),
    (
      "(.*): (.*)",
      [
        "warning missing-group: the pattern has no group 'test_case_id': the test ends with an error where it matches",
        "warning missing-group: the pattern has no group 'result': the test ends with an error where it matches",
      ]
    ),
  ])
  func patternsOfDefinitions(pattern: String, findings: [String]) throws {
    let text = Sample.jobText([""]).replacing(
      "run: {steps: ['true']}",
      with: "run: {steps: ['true']}\n          parse: {pattern: '\(pattern)'}"
    )
    let reading = try Sample.reading(text, "job.yaml")
    _ = Job(reading)
    reading.checkDefinitions()
    let found = reading.diagnostics.items
    #expect(found.map { "\($0.severity.rawValue) \($0.code): \($0.message)" } == findings)
    #expect(found.allSatisfy { $0.place?.line == 17 && $0.place?.column == 28 })
  }
}
