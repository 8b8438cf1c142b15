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

  /// - Parameter role: the role whose node is meant, where the job is that of a group.
  init(job jobPath: String, device devicePath: String?, role: String? = nil, isStrict: Bool = false) {
    if let reading = reading(
      isStrict: isStrict,
      { (files) throws(DiagnosticList) in try files.read(jobPath, as: .job) }
    ) {
      job = Job(reading)
      reading.checkDefinitions()
      diagnostics.add(contentsOf: reading.diagnostics)
    }
    if let devicePath,
      let reading = reading(isStrict: isStrict, { (files) throws(DiagnosticList) in try files.readDevice(devicePath) })
    {
      device = Device(reading)
      diagnostics.add(contentsOf: reading.diagnostics)
    }
    if let role, let group = job { job = node(of: role, in: group) }
    if let job, let device { diagnostics.add(contentsOf: job.findings(on: device)) }
  }

  /// The job of one role's node; that there is no such role goes to `diagnostics`.
  private mutating func node(of role: String, in group: Job) -> Job? {
    if let node = group.node(of: role) { return node }
    diagnostics.add(
      Diagnostic(
        .error,
        "unknown-role",
        "the job has no role '\(role)'",
        expected: group.roles.isEmpty ? "a --device without a role" : "one of: \(group.roles.joined(separator: ", "))",
        suggestion: Suggestion.nearest(to: role, among: group.roles)
      )
    )
    return nil
  }

  /// Begins the reading of a file; what is wrong with it as YAML goes to `diagnostics`.
  private mutating func reading(
    isStrict: Bool,
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
