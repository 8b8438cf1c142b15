// SPDX-License-Identifier: Apache-2.0

/// Where and in what a definition will run: what its files say beside the definition itself.
package struct DefinitionContext: Sendable, Hashable {
  package var jobID: String
  /// The level of the pipeline's action that fetches the definition, as `1.2.1`; a part of the run's UUID.
  package var level: String
  /// Counted from 0 over all definitions of all test actions of the namespace (spec test-shell §1.2).
  package var index: Int
  /// Counted from 0 over the test actions of the namespace.
  package var stage: Int
  /// The overlay's folder on the target, absolute: `/lava-4242`.
  package var resultsDirectory: String
  /// Which `deps-<distro>` counts; nothing without an `os`.
  package var distro: String?
  /// How long helpers and scripts wait before they print, in whole milliseconds; zero for not at all.
  package var characterDelay: Duration
  /// What was checked out of a repository; nothing where there is no such thing.
  package var commit: String?

  package init(
    jobID: String,
    level: String,
    index: Int,
    stage: Int,
    resultsDirectory: String,
    distro: String? = nil,
    characterDelay: Duration = .zero,
    commit: String? = nil
  ) {
    self.jobID = jobID
    self.level = level
    self.index = index
    self.stage = stage
    self.resultsDirectory = resultsDirectory
    self.distro = distro
    self.characterDelay = characterDelay
    self.commit = commit
  }
}
