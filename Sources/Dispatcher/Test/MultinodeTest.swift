// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Pipeline

/// `definitions` on a node of a multinode job (spec multinode §6): no retry action, and a timeout is a failure of the test.
struct MultinodeTest: Strategy {
  let shell: ShellTest

  var actions: [Action] {
    Action(
      "multinode-test",
      summary: "run the tests of stage \(shell.stage) with the other nodes",
      timeoutFailure: .test,
      run: shell.test
    )
  }
}
