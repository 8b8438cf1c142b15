// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// A test definition, as its document says it: `Lava-Test Test Definition 1.0` (spec test-shell §5.2, §8).
package struct DefinitionDocument: Sendable {
  /// What `install` asks for before the test runs.
  package struct Install: Sendable {
    package var keys: [String] = []
    package var sources: [String] = []
    /// Packages for every distribution.
    package var dependencies: [String] = []
    /// More packages, by distribution: `deps-debian`.
    package var distributionDependencies: [String: [String]] = [:]
    package var steps: [String] = []
    /// The `git-repos` list as it stands; nothing where there is none.
    package var gitRepositories: YAMLNode?
  }

  /// `parse`: how results are found in the output of a test that prints none of LAVA's signals.
  package struct ResultPattern: Sendable {
    /// A regular expression in Python's syntax.
    package var pattern: String
    /// Where the pattern stands, for errors in it.
    package var mark: YAMLMark
    /// What the `result` group may say, and the LAVA result that it stands for, in the order of the text.
    package var fixups: [(text: String, result: String)]
  }

  /// The whole document, which the target gets as `testdef.yaml`.
  package var value: YAMLValue
  /// `metadata.name`.
  package var projectName: String
  /// `params`, then `parameters`: a later one of the same name wins.
  package var parameters: [DefinitionParameter]
  /// Nothing where there is no `install` key; then there is no `install.sh` either.
  package var install: Install?
  package var steps: [String]
  package var resultPattern: ResultPattern?
  package var expected: [String]
}
