// SPDX-License-Identifier: Apache-2.0

import BoardText

/// `lava-echo-config`: LAVA no longer shares a configuration; it says so, as LAVA's does.
enum SharedConfig {
  static func echo(_ invocation: Invocation) -> Int32 {
    Output.printLine("no shared config")
    return 1
  }
}
