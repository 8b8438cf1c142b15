// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import TestDefinitions
import YAMLDocument

/// A job's entry for a definition, in YAML.
struct Sample {
  static let file = "job.yaml"

  var text: String

  init(_ text: String) { self.text = text }

  func definition() throws -> TestDefinition {
    try TestDefinition(inline: YAMLDocument(parsing: Array(text.utf8), file: Self.file).root, file: Self.file)
  }

  /// The files of the definition in stage 0 of job 4242.
  func files(
    index: Int = 0,
    distro: String? = "debian",
    characterDelay: Duration = .zero
  ) throws -> [String: String] {
    let context = DefinitionContext(
      jobID: "4242",
      level: "1.2.1",
      index: index,
      stage: 0,
      resultsDirectory: "/lava-4242",
      distro: distro,
      characterDelay: characterDelay
    )
    let files = try definition().folder(in: context).files
    return Dictionary(
      uniqueKeysWithValues: files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }
    )
  }

  /// The errors and warnings of the entry, as `LINE:COLUMN code`.
  func findings() throws -> [String] {
    let document = try YAMLDocument(parsing: Array(text.utf8), file: Self.file)
    do {
      return try TestDefinition(inline: document.root, file: Self.file).warnings.map(show)
    } catch {
      return error.items.map(show)
    }
  }

  private func show(_ diagnostic: Diagnostic) -> String {
    "\(diagnostic.place?.line ?? 0):\(diagnostic.place?.column ?? 0) \(diagnostic.severity.rawValue) \(diagnostic.code)"
  }
}
