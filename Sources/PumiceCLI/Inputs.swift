// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Diagnostics
import Dispatcher
import Events
import Files
import Glibc
import JobModel
import Pipeline
import Reports
import YAMLDocument

/// The files a command was given, and everything found in them.
struct Inputs {
  private(set) var job: Job?
  private(set) var device: Device?
  private(set) var diagnostics = DiagnosticList()
  private var files = SourceFiles()
  private let isStrict: Bool

  private var devices: [String: Device?] = [:]

  /// Reads a job.
  init(job path: String, isStrict: Bool = false) {
    self.isStrict = isStrict
    guard let reading = reading({ (files) throws(DiagnosticList) in try files.read(path, as: .job) }) else { return }
    job = Job(reading)
    reading.checkDefinitions()
    diagnostics.add(contentsOf: reading.diagnostics)
    if let job { diagnostics.add(contentsOf: job.groupFindings) }
  }

  /// Reads a job and its device.
  ///
  /// - Parameter role: the role whose node is meant, where the job is that of a group.
  init(job path: String, device: String?, role: String? = nil, isStrict: Bool = false) {
    self.init(job: path, isStrict: isStrict)
    if let device { choose(device, role: role) }
  }

  /// Takes a device for the job, or for one role's node of it.
  ///
  /// - Parameter group: the group's job, where it is another than the one that is there.
  mutating func choose(_ path: String, role: String? = nil, of group: Job? = nil) {
    device = readDevice(path)
    if let role, let group = group ?? job { job = node(of: role, in: group) }
    if let job, let device { add(job.findings(on: device)) }
  }

  /// Reads a device file, once; what is wrong with it goes to `diagnostics`.
  mutating func readDevice(_ path: String) -> Device? {
    if let known = devices[path] { return known }
    let reading = reading { (files) throws(DiagnosticList) in try files.readDevice(path) }
    let device = reading.flatMap { Device($0) }
    if let reading { diagnostics.add(contentsOf: reading.diagnostics) }
    devices[path] = device
    return device
  }

  mutating func add(_ findings: DiagnosticList) {
    let said = Set(diagnostics.items)
    for finding in findings.items where !said.contains(finding) { diagnostics.add(finding) }
  }

  /// Takes one role's node of a group's job in its place. A job without roles has no other.
  mutating func chooseNode(of role: String?) {
    guard let group = job else { return }
    if let role {
      job = node(of: role, in: group)
    } else if !group.roles.isEmpty {
      let text = "the job is that of a group, and a console that of one node"
      let advice = "Say whose it is: --role \(group.roles.joined(separator: ", or --role "))."
      diagnostics.add(Diagnostic(.error, "no-role", text, advice: advice))
    }
  }

  /// The job of one role's node; that there is no such role goes to `diagnostics`.
  private mutating func node(of role: String, in group: Job) -> Job? {
    if let node = group.node(of: role) { return node }
    diagnostics.add(
      Diagnostic(
        .error,
        "unknown-role",
        "the job has no role '\(role)'",
        expected: group.roles.isEmpty
          ? "none: it is the job of one board" : "one of: \(group.roles.joined(separator: ", "))",
        suggestion: Suggestion.nearest(to: role, among: group.roles)
      )
    )
    return nil
  }

  /// Begins the reading of a file; what is wrong with it as YAML goes to `diagnostics`.
  private mutating func reading(
    _ read: (inout SourceFiles) throws(DiagnosticList) -> YAMLDocument
  ) -> Reading? {
    do throws(DiagnosticList) {
      return Reading(try read(&files), isStrict: isStrict)
    } catch {
      diagnostics.add(contentsOf: error)
      return nil
    }
  }

  /// The findings as compilers print them; empty where nothing was found.
  var text: String { diagnostics.items.isEmpty ? "" : DiagnosticTextRenderer(sources: files.texts).render(diagnostics) }

  /// The job on its device. Prints what was found; ends the command when the files are not valid.
  func checked() throws -> (job: Job, device: Device) {
    Terminal.error.write(text)
    guard !diagnostics.hasErrors, let job, let device else { throw ArgumentParser.ExitCode(.invalid) }
    return (job, device)
  }
}

/// What went wrong, for a person.
func report(_ failure: Failure) {
  let place = failure.place.map { "\($0): " } ?? ""
  var text = "\(place)error: \(failure.message)\n"
  if let cause = failure.cause { text += "  \(cause)\n" }
  if let advice = failure.advice { text += "  \(advice)\n" }
  Terminal.error.write(text)
}
