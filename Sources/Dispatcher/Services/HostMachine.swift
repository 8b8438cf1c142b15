// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The computer that runs Pumice.
enum HostMachine {
  /// As `uname -m` names it.
  static var name: String {
    var names = utsname()
    uname(&names)
    return withUnsafeBytes(of: names.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
