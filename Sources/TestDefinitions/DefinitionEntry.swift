// SPDX-License-Identifier: Apache-2.0

/// What a job says of one definition: an item of `definitions` in a `test` action (spec test-shell §5.1, §5.3).
package struct DefinitionEntry: Sendable {
  /// What `skip_install` may leave out of a definition's `install`.
  package enum InstallPart: String, Sendable, Hashable, CaseIterable {
    case keys
    case sources
    case deps
    case steps
    case gitRepositories = "git-repos"
    case all
  }

  package var name: String
  /// Where the definition's YAML stands in its folder: relative, without `.` and `..`.
  package var path: String
  /// The job's `parameters`, then `params`: a later one of the same name wins.
  package var parameters: [DefinitionParameter]
  package var skipInstall: Set<InstallPart>
  /// `lava-signal: kmsg`: the start and end of the run go to the kernel's log.
  package var signalsByKernelLog: Bool
  /// The test cases that have to be reported; nothing where the job leaves it to the definition.
  package var expected: [String]?

  /// Whether a part of `install` is left out.
  package func skips(_ part: InstallPart) -> Bool { skipInstall.contains(part) || skipInstall.contains(.all) }
}
