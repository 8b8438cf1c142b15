// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Pipeline

/// `monitors` — picks results out of what the device prints by itself (spec jobs §8).
struct MonitorTest: Strategy {
  var plannedOnly: String? { "'monitors'" }

  var actions: [Action] {
    Action("lava-test-monitor-retry", summary: "watch the console", isRetry: true) {
      Action("lava-test-monitor", summary: "match results", timeoutFailure: .timeout)
    }
  }
}
