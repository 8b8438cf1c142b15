// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import JobModel
import Testing
import YAMLDocument

/// Mutated jobs and devices: whatever stands in them, reading ends, gives a value exactly where there is no error, names
/// places within the text, and says nothing twice.
@Suite struct MutationTests {
  private static let initrdJob = """
    job_name: &n fuzz
    timeouts: {job: &t {minutes: 30}, action: *t, connections: {lava-test-shell: {seconds: 5}}}
    secrets: {a: b}
    environment: {C: 1}
    actions:
    - deploy:
        to: tmpfs
        namespace: one
        images:
          kernel: {url: vmlinuz, image_arg: '-kernel {kernel}', md5sum: d41d8cd98f00b204e9800998ecf8427e}
          initrd: {url: 'file:///i', format: cpio.newc, overlays: {lava: true}, compression: gz}
    - boot:
        method: minimal
        namespace: one
        prompts: '# '
        transfer_overlay: {download_command: wget, unpack_command: tar}
    - test:
        namespace: two
        connection-namespace: one
        timeout: {<<: *t, skip: true}
        failure_retry: 2
        definitions:
        - {from: git, name: *n, path: p, repository: 'https://example.org'}
        - {from: inline, name: i, path: p, repository: {metadata: {name: i}}}

    """
  private static let boardJob = """
    job_name: board
    timeouts: {job: {hours: 1}}
    protocols: {lava-multinode: {target_group: g, role: a}}
    actions:
    - deploy:
        to: tftp
        role: [a]
        kernel: {url: k, type: zimage}
        nfsrootfs: {url: n, archive: tar, prefix: a}
        dtbo: [{url: d}]
        extra_files: {x: {url: x}}
    - deploy: {to: usb, device: stick, image: {url: i}, role: a}
    - deploy: {to: docker, image: {name: debian, local: true}}
    - repeat:
        count: 2
        actions:
        - boot: {method: u-boot, commands: [a, b], prompts: [c]}
        - boot: {method: grub, commands: nfs, boot_finished: x}
    - boot: {method: bootloader, bootloader: u-boot, reset_connection: false, connection: serial}
    - command: {name: power_on}
    - test:
        interactive:
        - name: a
          prompts: [b]
          echo: discard
          script:
          - {command: c, name: d, successes: [{message: e}], wait_for_prompt: false}
          - command: ~
            failures: [{message: e, exception: JobError, error: f}]
          - delay: 1
          - lava-send: a b=c
          - lava-wait-all: a role=b
          - lava-sync: a
    - test:
        monitors:
        - {name: a, start: b, end: c, pattern: (?P<test_case_id>d), fixupdict: {PASS: pass}, expected: [a]}
    - test: {docker: {image: i}, definitions: []}

    """
  private static let groupJob = """
    job_name: group
    timeouts: {job: {hours: 1}, actions: {login-ssh: {minutes: 1}}}
    protocols:
      lava-multinode:
        timeout: {minutes: 5}
        roles:
          host: {device_type: kvm, count: 1, context: {arch: amd64, memory: [1, a]}, tags: [x]}
          guest: {connection: ssh, count: 2, host_role: host, expect_role: host, request: lava-start, timeout: {minutes: 5}}
    actions:
    - deploy:
        to: ssh
        role: [host, guest]
        protocols:
          lava-multinode:
          - {action: prepare-scp-overlay, request: lava-wait, messageID: ipv4, message: {a: $b}, timeout: {minutes: 5}}
          - {action: lava-overlay, request: lava-wait-all, messageID: m, role: host, timeout: 90}
          - {action: lava-overlay, request: lava-start, roles: [guest]}
    - boot: {method: ssh, role: [host, guest], protocols: {lava-multinode: {action: a, request: lava-sync, messageID: s}}}
    - test:
        role: host
        definitions:
        - {from: git, name: a, path: p, repository: r, branch: b, revision: c, recursive: no, history: yes, shallow: no}
        - {from: tar, name: b, path: p, repository: r, compression: gz, strip-components: 1, headers: {A: b}}
        - {from: bzr, name: c, path: p, repository: r, revision: '1'}
        - {from: file, name: d, path: p, repository: r}

    """
  static let jobs = [goodJob, initrdJob, boardJob, groupJob]

  /// Values that readers have to be ready for, in the place of any other.
  private static let values = [
    "", "~", "[]", "{}", "[~]", "[[]]", "{~: ~}", "{1: 2}", "{[a]: b}", "0", "-1", "1e400", ".nan",
    "99999999999999999999",
    "9223372036854775807", "true", "no", "2026-11-21", "''", "'5'", "text", "a: b", "*t", "&t x", "!!str 5", "..",
    "a/b",
    "\"\\0\"", "|\n    x", "- a", "{to: tmpfs}", "inline", "lava", "common",
  ]

  @Test(arguments: 0..<20) func mutatedFilesAreReadOrRefused(seed: Int) throws {
    var generator = SeededGenerator(state: UInt64(seed))
    var outcomes: [String: Int] = [:]
    for _ in 0..<500 {
      let isDevice = Int.random(in: 0..<3, using: &generator) == 0
      var text = isDevice ? goodDevice : Self.jobs[Int.random(in: Self.jobs.indices, using: &generator)]
      for _ in 0..<Int.random(in: 1...3, using: &generator) { text = Self.mutated(text, &generator) }
      outcomes[try outcome(of: text, isDevice: isDevice, isStrict: seed % 2 == 1), default: 0] += 1
    }
    #expect(outcomes.keys.sorted() == ["read", "refused", "syntax"], "the mutations reach every outcome")
  }

  private func outcome(of text: String, isDevice: Bool, isStrict: Bool) throws -> String {
    guard let document = try? YAMLDocument(parsing: Array(text.utf8), file: "fuzz") else { return "syntax" }
    let reading = Reading(document, isStrict: isStrict)
    let isRead = isDevice ? Device(reading) != nil : Job(reading) != nil
    reading.checkInlineDefinitions()
    let items = reading.diagnostics.items
    #expect(isRead || reading.diagnostics.hasErrors, "\(text)")
    #expect(Set(items).count == items.count, "\(text)")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(\.unicodeScalars.count)
    for item in items {
      let place = try #require(item.place, "\(text)")
      try #require((1...lines.count).contains(place.line), "\(text)")
      #expect((1...lines[place.line - 1] + 1).contains(place.column), "\(text)")
      #expect(!item.message.isEmpty && item.message.unicodeScalars.count < 300, "\(text)")
    }
    return isRead ? "read" : "refused"
  }

  /// The text with a line dropped, repeated, moved in or out, or with a value or a letter replaced.
  static func mutated(_ text: String, _ generator: inout SeededGenerator) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let index = Int.random(in: 0..<lines.count, using: &generator)
    let line = lines[index]
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: lines.remove(at: index)
    case 1: lines.insert(line, at: Int.random(in: 0...lines.count, using: &generator))
    case 2: lines[index] = line.hasPrefix("  ") ? String(line.dropFirst(2)) : "  " + line
    case 3:
      var letters = Array(line.unicodeScalars)
      guard !letters.isEmpty else { break }
      let position = Int.random(in: 0..<letters.count, using: &generator)
      if Bool.random(using: &generator) { letters.remove(at: position) } else { letters.insert("x", at: position) }
      lines[index] = String(String.UnicodeScalarView(letters))
    default:
      let colons = line.ranges(of: ": ")
      let value = values[Int.random(in: 0..<values.count, using: &generator)]
      guard !colons.isEmpty else {
        lines[index] = line.hasSuffix(":") ? "\(line) \(value)" : value
        break
      }
      let colon = colons[Int.random(in: 0..<colons.count, using: &generator)]
      let rest = line[colon.upperBound...]
      let end = rest.firstIndex { ",}]".contains($0) } ?? rest.endIndex
      lines[index] = line[..<colon.upperBound] + value + rest[end...]
    }
    return lines.joined(separator: "\n")
  }
}
