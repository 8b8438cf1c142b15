// SPDX-License-Identifier: Apache-2.0

import BoardText
import CBoard

/// The environment of the process; children inherit it.
enum Environment {
  /// The value of a variable; empty when it is not set.
  @inline(never)
  static func value(_ name: StaticString) -> Bytes {
    getenv(name.cString).map { bytes($0) } ?? []
  }

  /// Whether a variable is set, to whatever value.
  static func has(_ name: StaticString) -> Bool {
    getenv(name.cString) != nil
  }

  /// Sets a variable.
  @inline(never)
  static func set(_ name: StaticString, _ value: Bytes) {
    _ = value.withCString { setenv(name.cString, $0, 1) }
  }

  /// Unsets a variable.
  static func unset(_ name: StaticString) {
    unsetenv(name.cString)
  }
}
