// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import TestDefinitions
import Testing
import YAMLDocument

/// A small job without a mistake. The tables of mistakes count its lines.
let goodJob = """
  job_name: base
  device_type: qemu
  context: {arch: amd64}
  secrets: {token: abc}
  timeouts:
    job: {minutes: 30}
    action: {minutes: 5}
  actions:
  - deploy:
      to: tmpfs
      images:
        rootfs:
          url: rootfs.img
          image_arg: -hda {rootfs}
  - boot:
      method: qemu
      prompts: ['# ']
      auto_login:
        login_prompt: 'login:'
        username: root
  - test:
      timeout: {minutes: 10}
      definitions:
      - from: inline
        name: smoke
        path: smoke.yaml
        repository: {metadata: {name: smoke, format: Lava-Test Test Definition 1.0}}

  """

/// A small device without a mistake.
let goodDevice = """
  hostname: board
  devicetype: qemu
  architecture: amd64
  constants: {kernel-start-message: Linux}
  commands:
    hard_reset: reset-board
    connections:
      uart0: {connect: telnet localhost 7001, tags: [primary, telnet]}
  character_delays: {boot: 5, test: 10}
  actions:
    deploy:
      connections: {serial: }
      methods: {image: , overlay: }
    boot:
      connections: {serial: }
      methods:
        qemu: {parameters: {command: qemu-system-x86_64}}
        minimal:
  timeouts:
    actions: {power-off: {seconds: 10}}
    connections: {lava-test-shell: {seconds: 30}}

  """

/// A text with one mistake in it, and what is to be said of it.
struct Mistake: Sendable, CustomTestStringConvertible {
  var right: String
  var wrong: String
  /// See `line(of:)`; in reading order.
  var findings: [String]

  /// - Parameter right: the part of the good text that is replaced; it stands there once.
  init(_ right: String, _ wrong: String, _ findings: String...) {
    self.right = right
    self.wrong = wrong
    self.findings = findings
  }

  var testDescription: String { wrong.isEmpty ? "without \(right)" : wrong.replacing("\n", with: "⏎") }

  /// The good text with the mistake.
  func text(from good: String) throws -> String {
    try #require(good.ranges(of: right).count == 1, "'\(right)' has to stand once in the good text")
    return good.replacing(right, with: wrong)
  }
}

/// All that a person is told of a finding but the advice, on one line.
func line(of diagnostic: Diagnostic) -> String {
  let place = diagnostic.place.map { "\($0.line):\($0.column)" } ?? "nowhere"
  let expected = diagnostic.expected.map { " | expected \($0)" } ?? ""
  let suggestion = diagnostic.suggestion.map { " | meant \($0)" } ?? ""
  return "\(place) \(diagnostic.severity.rawValue) \(diagnostic.code): \(diagnostic.message)\(expected)\(suggestion)"
}

/// Reads a text that is YAML.
func reading(_ text: String, isStrict: Bool = false) throws -> Reading {
  Reading(try YAMLDocument(parsing: Array(text.utf8), file: "file.yaml"), isStrict: isStrict)
}

extension Reading {
  /// What was found, in reading order.
  var findings: [String] { diagnostics.sorted().items.map(line) }

  /// Adds what is wrong inside inline definitions, as the commands do.
  func checkInlineDefinitions() {
    for item in inlineDefinitions {
      do throws(DiagnosticList) {
        add(contentsOf: DiagnosticList(try TestDefinition(inline: item, file: document.file).warnings))
      } catch {
        add(contentsOf: error)
      }
    }
  }
}

/// What is said of a job, its inline definitions included.
func jobFindings(_ text: String, isStrict: Bool = false) throws -> [String] {
  let reading = try reading(text, isStrict: isStrict)
  let job = Job(reading)
  #expect((job == nil) == reading.diagnostics.hasErrors)
  reading.checkInlineDefinitions()
  return reading.findings
}

/// What is said of a device.
func deviceFindings(_ text: String, isStrict: Bool = false) throws -> [String] {
  let reading = try reading(text, isStrict: isStrict)
  let device = Device(reading)
  #expect((device == nil) == reading.diagnostics.hasErrors)
  return reading.findings
}
