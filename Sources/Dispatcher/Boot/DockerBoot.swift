// SPDX-License-Identifier: Apache-2.0

import Pipeline

/// `method: docker` — a shell in a container of this host (spec jobs §6.8).
struct DockerBoot: Strategy {
  var plannedOnly: String? { "'method: docker'" }

  var actions: [Action] {
    Action("boot-docker", summary: "start the container", isRetry: true) {
      Action("docker-run", summary: "run the container's command")
      Action("expect-shell-connection", summary: "wait for the shell")
      Action("export-device-env", summary: "export the device's environment to the shell")
    }
  }
}
