// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Diagnostics
import Dispatcher
import JobModel
import Reports
import YAMLDocument

/// `pumice doctor`
package struct DoctorCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Says whether this host has what a device needs.",
    discussion: """
      Looks at programs, ports, addresses and permissions; starts nothing, and says nothing to the board. Ends with 0 when \
      the device can be used, with 3 when something is missing, with 2 when the device file is not valid.
      """
  )

  /// How findings are printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Option(help: "The device file; '-' for standard input.")
  var device: String

  @Flag(help: "Open the console, and close it again. A console server may throw out whoever uses it.")
  var connect = false

  @Option(help: "text: for people; json: for programs.")
  var format = Format.text

  package init() {}

  package func run() async throws {
    var files = SourceFiles()
    var findings = DiagnosticList()
    var device: Device?
    do throws(DiagnosticList) {
      let reading = Reading(try files.readDevice(self.device))
      device = Device(reading)
      findings = reading.diagnostics
    } catch {
      findings = error
    }
    if !findings.isEmpty { Terminal.error.write(DiagnosticTextRenderer(sources: files.texts).render(findings)) }
    guard let device else { throw ArgumentParser.ExitCode(.invalid) }
    let doctor = HostDoctor(device, share: Terminal.environment("PUMICE_SHARE"), opensConsole: connect)
    let found = await doctor.examine()
    switch format {
    case .text: Terminal.output.write(text(of: found))
    case .json: Terminal.output.write(JSONEmitter.pretty(value(of: found)) + "\n")
    }
    if found.contains(where: { $0.status == .missing }) { throw ArgumentParser.ExitCode(.infrastructure) }
  }

  private func text(of findings: [HostFinding]) -> String {
    let (status, topic) = (7, findings.map(\.topic.count).max() ?? 0)
    var lines: [String] = []
    for finding in findings {
      lines.append(
        "\(Self.padded(finding.status.rawValue, status))  \(Self.padded(finding.topic, topic))  \(finding.message)"
      )
      if let advice = finding.advice { lines.append(Self.padded("", status + topic + 4) + advice) }
    }
    if let install = Self.install(findings) { lines += ["", "Install what is missing: \(install)"] }
    let missing = findings.count { $0.status == .missing }
    lines += ["", missing == 0 ? "The device can be used." : "The device cannot be used yet: \(missing) missing."]
    return lines.map { "\($0)\n" }.joined()
  }

  private func value(of findings: [HostFinding]) -> YAMLValue {
    let items = findings.map { finding -> YAMLValue in
      var pairs: [YAMLValue.Pair] = [
        .init("topic", .string(finding.topic)), .init("status", .string(finding.status.rawValue)),
        .init("message", .string(finding.message)),
      ]
      if let advice = finding.advice { pairs.append(.init("advice", .string(advice))) }
      if !finding.packages.isEmpty {
        pairs.append(.init("packages", .sequence(finding.packages.map { .string($0) })))
      }
      return .mapping(pairs)
    }
    var pairs: [YAMLValue.Pair] = [
      .init("device", .string(device)),
      .init("usable", .bool(!findings.contains { $0.status == .missing })), .init("findings", .sequence(items)),
    ]
    if let install = Self.install(findings) { pairs.append(.init("install", .string(install))) }
    return .mapping(pairs)
  }

  /// The command that installs the packages of what is missing.
  private static func install(_ findings: [HostFinding]) -> String? {
    let packages = Set(findings.flatMap(\.packages)).sorted()
    return packages.isEmpty ? nil : "sudo apt-get install \(packages.joined(separator: " "))"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }
}
