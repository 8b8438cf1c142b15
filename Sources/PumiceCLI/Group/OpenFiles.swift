// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How many files this process may have open: every node of a group and every held request has some.
enum OpenFiles {
  /// As many as the system allows. Where it does not, the usual number has to do.
  static func raiseLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
