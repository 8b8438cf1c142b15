// SPDX-License-Identifier: Apache-2.0

/// `test`: what is run on the booted device (spec jobs §8).
package struct TestBlock: Sendable {
  /// Where and how.
  package enum Kind: Sendable, Hashable {
    /// `definitions`, in the device's shell.
    case shell
    /// `definitions` beside `docker`, in a container on the host.
    case docker
    /// `monitors`: results are picked out of what the device prints by itself.
    case monitors
    /// `interactive`: lines are typed, and what comes back is compared.
    case interactive
    /// LAVA's `services`, which nothing here plans.
    case services
  }

  package var kind: Kind
  package var definitions: [DefinitionItem]
  /// Where the definitions of a `docker` test run.
  package var container: TestContainer?
  package var monitors: [Monitor] = []
  package var sessions: [InteractiveSession] = []
}
