// SPDX-License-Identifier: Apache-2.0

import BoardText

/// `lava-test-set`: groups the test cases that follow.
enum TestSet {
  static func run(_ invocation: Invocation) -> Int32 {
    let name = invocation.argument(1)
    if invocation.argument(0).equals("stop") {
      Signal.send("TESTSET", words: [Bytes("STOP")])
    } else if invocation.argument(0).equals("start"), !name.isEmpty {
      Signal.send("TESTSET", words: [Bytes("START"), name])
    } else {
      return invocation.usage(
        """
        Usage: lava-test-set start NAME
               lava-test-set stop
        """
      )
    }
    return 0
  }
}
