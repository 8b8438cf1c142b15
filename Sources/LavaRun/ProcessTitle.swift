// SPDX-License-Identifier: Apache-2.0

internal import CPosix

/// What `ps` shows of this process.
enum ProcessTitle {
  /// Replaces the command line that the kernel shows of this process, the token in it included. A title that is longer
  /// than the command line was is cut.
  ///
  /// - Returns: whether it is replaced; not where there is no `/proc`.
  @discardableResult
  static func set(_ title: String) -> Bool { cposix_set_title(title) == 0 }
}
