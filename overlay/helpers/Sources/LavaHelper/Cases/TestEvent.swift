// SPDX-License-Identifier: Apache-2.0

import BoardText

/// `lava-test-event`: sends a message to whoever listens to the job's events.
enum TestEvent {
  static func run(_ invocation: Invocation) -> Int32 {
    guard invocation.arguments.count <= 1 else { return invocation.usage("Usage: lava-test-event MESSAGE") }
    Signal.send("TESTEVENT", message: invocation.argument(0))
    return 0
  }
}
