// SPDX-License-Identifier: Apache-2.0

import Testing

/// Mistakes in what only LAVA's server reads (spec jobs §1), and in the names of protocols.
@Suite struct ServerKeyMistakeTests {
  @Test(arguments: mistakes) func mistake(_ mistake: Mistake) throws {
    #expect(try jobFindings(mistake.text(from: goodJob)) == mistake.findings)
  }

  private static func below(_ text: String, _ findings: String...) -> Mistake {
    var mistake = Mistake("device_type: qemu", "device_type: qemu\n\(text)")
    mistake.findings = findings
    return mistake
  }

  private static let visibility = "expected public, personal, or {group: [NAME, …]}"
  private static let priority = "expected high, medium, low, or a number from 0 to 100"

  private static let mistakes = [
    below(
      "visibility: publik",
      "3:13 error unknown-value: 'publik' is not a known value of 'visibility' | \(visibility)"
        + " | meant public"
    ),
    below("visibility: [a]", "3:13 error wrong-type: 'visibility' cannot be a list | expected a text"),
    below("visibility: {group: a}", "3:21 error wrong-type: 'group' cannot be the text 'a' | expected a list"),
    below(
      "visibility: {groups: [a]}",
      "3:14 error unknown-key: unknown key 'groups' in 'visibility' of the job, which needs 'group' | meant group"
    ),
    below(
      "visibility: public",
      "3:13 warning public-secrets: LAVA's server refuses a job with 'secrets' that everybody may see"
        + " | expected visibility: personal, or {group: [NAME, …]}"
    ),
    below(
      "priority: hihg",
      "3:11 error unknown-value: 'hihg' is not a known value of 'priority' | \(priority) | meant high"
    ),
    below("priority: 101", "3:11 error wrong-type: 'priority' cannot be the number '101' | \(priority)"),
    below("notify: [a]", "3:9 error wrong-type: 'notify' cannot be a list | expected a mapping of names to values"),
    below("device: 5", "3:9 error wrong-type: 'device' cannot be the number '5' | expected a text"),
    below("worker: ''", "3:9 error empty-text: 'worker' cannot be an empty text"),
    below(
      "reboot_to_fastboot: 1",
      "3:21 error wrong-type: 'reboot_to_fastboot' cannot be the number '1' | expected true or false"
    ),
    below(
      "protocols: {lava-multinod: {}, lava-lxc: {name: a}}",
      "3:13 warning unknown-key: unknown key 'lava-multinod' in 'protocols' of the job: it has no effect"
        + " | meant lava-multinode"
    ),
    Mistake(
      "action: {minutes: 5}",
      "queue: {minutes: soon}",
      "7:20 error wrong-type: 'minutes' cannot be the text 'soon' | expected a number of minutes, such as 10"
    ),
  ]

  /// As LAVA's server takes them.
  @Test(arguments: [
    "visibility: personal", "visibility: {group: [a, b]}", "priority: 0", "priority: 100", "priority: medium",
    "device: board-1", "worker: w", "notify: {criteria: {status: finished}}", "reboot_to_fastboot: false",
    "protocols: {lava-vland: {a: {tags: [b]}}}",
  ])
  func whatTheServerTakes(_ line: String) throws {
    #expect(try jobFindings(Self.below(line).text(from: goodJob), isStrict: true) == [])
  }
}
