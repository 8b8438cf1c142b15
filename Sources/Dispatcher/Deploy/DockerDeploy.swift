// SPDX-License-Identifier: Apache-2.0

import Pipeline

/// `to: docker` — a container's image, and the overlay that it mounts (spec jobs §5.10).
struct DockerDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts

  var plannedOnly: String? { "'to: docker'" }

  var actions: [Action] {
    Action("deploy-docker", summary: "pull the container's image") {
      DeviceEnvironment(facts: facts)
      if facts.needsOverlay { OverlayActions(context: context, facts: facts, isPacked: false) }
    }
  }
}
