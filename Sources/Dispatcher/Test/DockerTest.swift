// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Pipeline

/// `definitions` beside `docker` — runs the definitions in a container on this host (spec jobs §8).
struct DockerTest: Strategy {
  let context: JobContext
  let facts: NamespaceFacts

  var plannedOnly: String? { "'docker'" }

  var actions: [Action] {
    Action("lava-docker-test", summary: "run the definitions in a container", timeoutFailure: .timeout) {
      Action("lava-docker-test-set-environment", summary: "find the device's files", timeoutFailure: .timeout)
      OverlayActions(context: context, facts: facts, name: "lava-create-overlay", isPacked: false)
      Action("lava-docker-test-shell", summary: "run the container", timeoutFailure: .timeout)
      Action("read-feedback", summary: "read what the consoles have to say")
    }
  }
}
