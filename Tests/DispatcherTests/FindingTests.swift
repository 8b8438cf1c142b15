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
    // At the word itself.
    #expect(found.first?.length == "debain".count)
  }

  /// Two seconds shared by three attempts are none for each of their actions.
  @Test func attemptsWithoutTime() throws {
    let job = Sample.jobText([""]).replacing(
      "prompts: ['# ']}",
      with: "prompts: ['# '], failure_retry: 3, timeout: {seconds: 2}}"
    )
    let found = try findings(job, Sample.deviceText)
    #expect(found.map(\.code) == ["attempts-without-time"])
    #expect(found.first?.severity == .warning)
    #expect(
      found.first?.message
        == "2 seconds for 3 attempts at 2 minimal-boot leave no whole second for an action of one attempt"
    )
    #expect(found.first?.place?.line == 7)
    #expect(try findings(job.replacing("seconds: 2}", with: "seconds: 20}"), Sample.deviceText) == [])
  }

  /// In the job's timeouts, and in those of a block.
  @Test func namesOfActionsThatThePlanDoesNotHave() throws {
    let job = Sample.jobText([""]).replacing(
      "connection: {minutes: 1}}",
      with: "actions: {lava-test-shel: {minutes: 1}, power-off: {minutes: 1}}, connections: {boot-it: {minutes: 1}}}"
    ).replacing(
      "prompts: ['# ']}",
      with:
        "prompts: ['# '], timeouts: {login-acton: {minutes: 1}, compress-overlay: {minutes: 1}, login-action: {minutes: 1}}}"
    )
    let found = try findings(job, Sample.deviceText)
    #expect(found.allSatisfy { $0.severity == .warning && $0.code == "unknown-action-name" })
    #expect(
      found.map(\.message) == [
        "this job on this device has no action 'lava-test-shel': its timeout has no effect",
        "this job on this device has no action 'boot-it': its timeout has no effect",
        "this boot action has no action 'login-acton': its timeout has no effect",
        "this boot action has no action 'compress-overlay': its timeout has no effect",
      ]
    )
    #expect(found.map(\.suggestion) == ["lava-test-shell", nil, "login-action", nil])
    #expect(found.map { $0.place?.line } == [2, 2, 7, 7])
    #expect(found.last?.advice == "The deploy action of line 6 has one.")
  }

  /// The action around it has ended by then, unless it has as much time itself.
  @Test(arguments: [
    (
      "{test-definition: {minutes: 4}, compress-overlay: {minutes: 3}, lava-overlay: {minutes: 3}}",
      ["the timeout of 'test-definition' is longer than that of 'lava-overlay' around it, which ends it first"]
    ),
    ("{test-definition: {minutes: 4}, lava-overlay: {minutes: 4}}", []),
  ])
  func timeoutsThatAreNeverOver(timeouts: String, expected: [String]) throws {
    let job = Sample.jobText([""]).replacing(
      "to: overlay,",
      with: "to: overlay, timeout: {minutes: 2}, timeouts: \(timeouts),"
    )
    let found = try findings(job, Sample.deviceText)
    #expect(found.map(\.message) == expected)
    #expect(found.allSatisfy { $0.severity == .warning && $0.code == "longer-than-block" && $0.place?.line == 6 })
  }

  /// A call is made by an action of its own block only; the timeouts of a node are those of its whole group.
  @Test func callsOfActionsThatThePlanDoesNotHave() throws {
    let job = Sample.jobText([""]).replacing(
      "connection: {minutes: 1}}",
      with: "actions: {login-ssh: {minutes: 1}}}\nprotocols: {lava-multinode: {target_group: g, role: a}}"
    ).replacing(
      "{to: overlay,",
      with: "{protocols: {lava-multinode: [{action: login-action, request: lava-sync, messageID: a},"
        + " {action: lava-overlay, request: lava-sync, messageID: a}]}, to: overlay,"
    )
    let found = try findings(job, Sample.deviceText).filter { $0.code != "method-not-supported" }
    #expect(found.map(\.message) == ["this deploy action has no action 'login-action': the call is never made"])
    #expect(found.first?.advice == "The boot action of line 8 has one.")
  }

  /// Once, however often the actions of the block are there.
  @Test func whatIsRepeatedIsSaidOnce() throws {
    let job = Sample.jobText([""]).replacing(
      "- boot: {method: minimal, prompts: ['# ']}",
      with: "- repeat: {count: 3, actions: [{boot: {method: schroot, schroot: a}}]}"
    )
    #expect(try findings(job, Sample.deviceText).map(\.code) == ["device-cannot-boot"])
  }

  private static let qemu = """
    hostname: board
    available_architectures: [amd64, arm64]
    actions: {deploy: {methods: {overlay: }}, boot: {methods: {qemu: , minimal: }}}

    """

  @Test func anArchitectureThatTheDeviceCannotEmulate() throws {
    func job(_ context: String) -> String {
      Sample.jobText([""], context: context).replacing("method: minimal", with: "method: qemu")
    }
    #expect(try findings(job("{arch: arm64}"), Self.qemu) == [])
    #expect(try findings(job("{}"), Self.qemu) == [])
    let found = try findings(job("{memory: 512, arch: arm46}"), Self.qemu)
    #expect(found.map(\.code) == ["unknown-architecture"])
    #expect(found.first?.severity == .error)
    #expect(found.first?.place?.line == 4 && found.first?.place?.column == 30)
    #expect(found.first?.expected == "one of: amd64, arm64")
    #expect(found.first?.suggestion == "arm64")
    // Only QEMU needs to know.
    #expect(try findings(Sample.jobText([""], context: "{arch: amr64}"), Self.qemu) == [])
  }

  @Test func aConnectionThatTheDeviceDoesNotHave() throws {
    let job = Sample.jobText([""]).replacing(
      "- test:",
      with: "- boot: {method: new_connection, connection: uart1, prompts: ['# ']}\n- test:"
    )
    let one = Sample.deviceText.replacing(
      "{connect: 'true'}",
      with: "{connections: {uart0: {connect: a, tags: [primary]}}}"
    )
    let found = try findings(job, one)
    #expect(found.map(\.code) == ["unknown-connection"])
    #expect(found.first?.message == "the device device.yaml has no connection 'uart1'")
    #expect(found.first?.place?.line == 8)
    #expect(found.first?.expected == "one of: uart0")
    #expect(found.first?.suggestion == "uart0")
    #expect(try findings(job, Sample.deviceText).first?.expected == nil)
    let both = one.replacing("uart0: {", with: "uart1: {connect: b}, uart0: {")
    #expect(try !findings(job, both).contains { $0.severity == .error })
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
