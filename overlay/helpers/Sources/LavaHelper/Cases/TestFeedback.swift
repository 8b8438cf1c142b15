// SPDX-License-Identifier: Apache-2.0

import BoardText

/// `lava-test-feedback`: asks the host to read the console of another namespace.
enum TestFeedback {
  static func run(_ invocation: Invocation) -> Int32 {
    guard let options = Options(invocation.arguments, names: ["--namespace"]) else {
      return invocation.usage("Usage: lava-test-feedback --namespace NAMESPACE")
    }
    if options[0].isEmpty { return invocation.usage("--namespace must be specified") }
    Signal.send("TESTFEEDBACK", options[0])
    return 0
  }
}
