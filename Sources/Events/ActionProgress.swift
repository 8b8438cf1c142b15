// SPDX-License-Identifier: Apache-2.0

/// How far a running action is. It is no line of the log: only who watches sees it.
package struct ActionProgress: Sendable, Hashable {
  package var level: String
  /// In bytes.
  package var done: Int
  /// In bytes, where it is known.
  package var total: Int?

  package init(level: String, done: Int, total: Int? = nil) {
    self.level = level
    self.done = done
    self.total = total
  }
}
