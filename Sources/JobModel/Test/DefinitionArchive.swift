// SPDX-License-Identifier: Apache-2.0

/// An archive with a test definition in it, and how it is fetched and unpacked (spec test-shell §5.1).
package struct DefinitionArchive: Sendable {
  /// A URL; for `from: tar` a path too, relative to the job's file.
  package var url: String
  /// How it is packed where the job says so. What unpacks it finds that out by itself too.
  package var compression: Image.Compression?
  /// How many leading parts the names in the archive lose; from 0.
  package var strippedComponents = 0
  /// What is sent along where it is fetched by HTTP; in the order of the job.
  package var headers: [(name: String, value: String)] = []

  package init(url: String) { self.url = url }
}
