// SPDX-License-Identifier: Apache-2.0

/// A line of a console that says that the system on the board is gone, or about to go; unless it is an old one that somebody
/// prints again.
package struct BoardSign: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// The kernel has panicked.
    case panic
    /// The system has gone down: it is halted, or off.
    case halt
    /// The system goes down to start again, or a boot loader or a kernel has started.
    case restart
  }

  package var kind: Kind
  /// Without its end; what is not UTF-8 is replaced.
  package var line: String

  package init(_ kind: Kind, _ line: String) {
    self.kind = kind
    self.line = line
  }
}
