// SPDX-License-Identifier: Apache-2.0

/// What a `kexec` boot loads, and how (spec jobs §6.7).
package struct KexecKeys: Sendable, Hashable {
  /// Paths on the running board.
  package var kernel: String?
  package var deviceTree: String?
  package var initrd: String?
  /// The running kernel's configuration, in which `kexec` is looked for; a glob, for `zgrep`.
  package var kernelConfiguration: String?
  /// The program on the board.
  package var command = "/sbin/kexec"
  /// What the new kernel says first, a regular expression.
  package var bootMessage: String?
  /// More words of the command line.
  package var options: [String] = []
  /// Whether the new kernel starts when the running one panics, which is then made to.
  package var isOnPanic = false
  /// Whether the board first fetches the files of the deploy to those paths.
  package var deploys = false
}
