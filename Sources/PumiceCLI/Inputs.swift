// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Diagnostics
import Dispatcher
import Files
import JobModel
import YAMLDocument

/// The files a command was given, and everything found in them.
struct Inputs {
  private(set) var job: Job?
  private(set) var device: Device?
  private(set) var diagnostics = DiagnosticList()
  /// The text of each file, for the excerpts.
  private(set) var sources: [String: String] = [:]

  /// Largest job or device file that is read.
  private static let sizeLimit = 16 << 20

  init(job jobPath: String, device devicePath: String?, isStrict: Bool) {
    if let reading = read(jobPath, isStrict: isStrict) {
      job = Job(reading)
      diagnostics.add(contentsOf: reading.diagnostics)
    }
    if let devicePath, let reading = read(devicePath, isStrict: isStrict) {
      device = Device(reading)
      diagnostics.add(contentsOf: reading.diagnostics)
    }
    if let job { diagnostics.add(contentsOf: job.definitionFindings()) }
    if let job, let device { diagnostics.add(contentsOf: job.findings(on: device)) }
  }

  /// Parses a file; what is wrong with it goes to `diagnostics`.
  private mutating func read(_ path: String, isStrict: Bool) -> Reading? {
    do throws(Failure) {
      let bytes = try path == "-" ? Files.readStandardInput(limit: Self.sizeLimit) : Files.read(path, limit: Self.sizeLimit)
      let name = path == "-" ? "<stdin>" : path
      sources[name] = String(decoding: bytes, as: UTF8.self)
      return try parse(bytes, name: name, isStrict: isStrict)
    } catch {
      diagnostics.add(Diagnostic(.error, error.code, error.description, advice: error.advice))
      return nil
    }
  }

  private mutating func parse(_ bytes: [UInt8], name: String, isStrict: Bool) throws(Failure) -> Reading? {
    do throws(DiagnosticList) {
      return Reading(try YAMLDocument(parsing: bytes, file: name), isStrict: isStrict)
    } catch {
      diagnostics.add(contentsOf: error)
      return nil
    }
  }

  /// The findings as compilers print them.
  var text: String { DiagnosticTextRenderer(sources: sources).render(diagnostics) }
}
