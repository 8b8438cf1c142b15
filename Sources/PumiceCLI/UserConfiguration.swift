// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Files
import JobModel
import Reports
import YAMLDocument

/// What this host is to boards, as `pumice.yaml` says: the keys of LAVA's `dispatcher.yaml`, and Pumice's own
/// (docs/NetworkBoot.md).
enum UserConfiguration {
  /// Reads the first of the files that is there; nothing is set where none is.
  ///
  /// - Throws: a configuration failure that shows everything that is wrong in the file.
  static func read() throws(Failure) -> DispatcherConfiguration {
    guard let path = files(Terminal.environment).first(where: { FileSystem.exists($0) }) else {
      return DispatcherConfiguration()
    }
    let bytes = try FileSystem.read(path)
    var findings: DiagnosticList
    do throws(DiagnosticList) {
      let reading = Reading(try YAMLDocument(parsing: bytes, file: path))
      let configuration = DispatcherConfiguration(reading)
      findings = reading.diagnostics
      if !findings.hasErrors { return configuration }
    } catch {
      findings = error
    }
    throw Failure(
      .configuration,
      "bad-configuration",
      "the configuration '\(path)' is wrong",
      advice: "Correct it, or move it away.",
      cause: DiagnosticTextRenderer(sources: [path: String(decoding: bytes, as: UTF8.self)]).render(findings)
    )
  }

  /// Where the file may be, the user's own first (XDG Base Directory Specification).
  static func files(_ variable: (String) -> String?) -> [String] {
    func value(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }
    let own = value("XDG_CONFIG_HOME") ?? value("HOME").map { "\($0)/.config" }
    let shared = (value("XDG_CONFIG_DIRS") ?? "/etc/xdg").split(separator: ":").map(String.init)
    // A relative folder there counts as none.
    return ([own].compactMap(\.self) + shared).filter { $0.hasPrefix("/") }.map { "\($0)/pumice/pumice.yaml" }
  }
}
