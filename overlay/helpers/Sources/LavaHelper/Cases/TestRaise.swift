// SPDX-License-Identifier: Apache-2.0

import BoardText

/// `lava-test-raise`: ends the job. Its status is 1 even then, so that `set -e` ends the script that calls it.
enum TestRaise {
  static func run(_ invocation: Invocation) -> Int32 {
    if invocation.arguments.isEmpty { return invocation.usage("Usage: lava-test-raise MESSAGE…") }
    Signal.send("TESTRAISE", message: Bytes.joining(invocation.arguments, by: " "))
    return 1
  }
}
