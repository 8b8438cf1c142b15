// SPDX-License-Identifier: Apache-2.0

/// The names under which the helpers' binary is installed (spec test-shell §3; `overlay/helpers`).
package enum HelperNames {
  /// On every board.
  package static let common = [
    "lava-background-process-start", "lava-background-process-stop", "lava-echo-ipv4", "lava-journal",
    "lava-os-build", "lava-probe-channel", "lava-probe-ip", "lava-target-ip", "lava-target-mac", "lava-target-storage",
    "lava-test-case", "lava-test-event", "lava-test-feedback", "lava-test-file", "lava-test-raise",
    "lava-test-reference", "lava-test-runner", "lava-test-set", "lava-test-shell", "lava-test-tap",
  ]

  /// On the boards of a multinode job.
  package static let multinode = [
    "lava-echo-config", "lava-group", "lava-network", "lava-role", "lava-self", "lava-send", "lava-start-vms",
    "lava-sync", "lava-wait", "lava-wait-all", "lava-wait-for-vms", "lava-wait-vms",
  ]
}
