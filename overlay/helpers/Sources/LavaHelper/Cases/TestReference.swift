// SPDX-License-Identifier: Apache-2.0

import BoardText

/// `lava-test-reference`: reports a result together with a URL.
enum TestReference {
  static func run(_ invocation: Invocation) -> Int32 {
    let id = invocation.argument(0)
    guard !id.isEmpty,
      let options = Options(invocation.arguments.dropping(1), names: ["--result", "--reference"])
    else {
      return invocation.usage(
        "Usage: lava-test-reference TEST_CASE_ID --result pass|fail|skip|unknown --reference URL"
      )
    }
    if options[0].isEmpty { return invocation.usage("--result must be specified") }
    if options[1].isEmpty { return invocation.usage("--reference must be specified") }
    Signal.send("TESTREFERENCE", words: [id, options[0], options[1]])
    return 0
  }
}
