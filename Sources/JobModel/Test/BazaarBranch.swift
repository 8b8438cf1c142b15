// SPDX-License-Identifier: Apache-2.0

/// A branch of Bazaar (or Breezy) with a test definition in it. LAVA planned it and never had it.
package struct BazaarBranch: Sendable, Hashable {
  /// A URL, or a path relative to the job's file.
  package var url: String
  /// What is checked out instead of the last revision; does not begin with '-'.
  package var revision: String?

  package init(url: String, revision: String? = nil) {
    self.url = url
    self.revision = revision
  }
}
