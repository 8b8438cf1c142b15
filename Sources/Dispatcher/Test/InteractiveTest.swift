// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Pipeline

/// `interactive` — types lines at the console and compares what comes back (spec jobs §8).
struct InteractiveTest: Strategy {
  var plannedOnly: String? { "'interactive'" }

  var actions: [Action] {
    Action("lava-test-interactive-retry", summary: "run the interactive sessions", isRetry: true) {
      Action("lava-test-interactive", summary: "type and compare", timeoutFailure: .timeout)
    }
  }
}
