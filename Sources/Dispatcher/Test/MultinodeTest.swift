// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Pipeline

/// `definitions` on a node of a multinode job (spec multinode §6).
struct MultinodeTest: Strategy {
  let stage: Int

  var plannedOnly: String? { "'lava-multinode'" }

  var actions: [Action] {
    Action("multinode-test", summary: "run the tests of stage \(stage) with the other nodes", timeoutFailure: .test)
  }
}
