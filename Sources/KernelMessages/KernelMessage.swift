// SPDX-License-Identifier: Apache-2.0

/// Trouble that a kernel reported.
package struct KernelMessage: Sendable, Hashable {
  package var kind: KernelMessageKind
  /// From the begin of the line in which it starts to its end, with the line ends within as the board sent them. What is
  /// not UTF-8 is replaced.
  package var text: String

  package init(_ kind: KernelMessageKind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}
