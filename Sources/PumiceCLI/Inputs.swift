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
  /// The text of each file, for the excerpts.
  private var sources: [String: String] = [:]

  /// Largest job or device file that is read.
  private static let sizeLimit = 16 << 20

  init(job jobPath: String, device devicePath: String?, isStrict: Bool = false) {
    if let reading = read(jobPath, isStrict: isStrict) {
      job = Job(reading)
      reading.checkDefinitions()
      diagnostics.add(contentsOf: reading.diagnostics)
    }
    if let devicePath, let reading = read(devicePath, isStrict: isStrict) {
      device = Device(reading)
      diagnostics.add(contentsOf: reading.diagnostics)
    }
    if let job, let device { diagnostics.add(contentsOf: job.findings(on: device)) }
  }

  /// Parses a file; what is wrong with it goes to `diagnostics`.
  private mutating func read(_ path: String, isStrict: Bool) -> Reading? {
    let name = path == "-" ? "<stdin>" : path
    let bytes: [UInt8]
    do throws(Failure) {
      bytes = try FileSystem.read(path == "-" ? "/dev/stdin" : path, limit: Self.sizeLimit)
    } catch {
      let message = [error.message, error.cause].compactMap(\.self).joined(separator: ": ")
      diagnostics.add(Diagnostic(.error, error.code, message, advice: error.advice))
      return nil
    }
    sources[name] = String(decoding: bytes, as: UTF8.self)
    do throws(DiagnosticList) {
      return Reading(try YAMLDocument(parsing: bytes, file: name), isStrict: isStrict)
    } catch {
      diagnostics.add(contentsOf: error)
      return nil
    }
  }

  /// The findings as compilers print them; empty where nothing was found.
  var text: String { diagnostics.items.isEmpty ? "" : DiagnosticTextRenderer(sources: sources).render(diagnostics) }

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
