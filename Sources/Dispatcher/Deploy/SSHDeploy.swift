// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Pipeline

/// `to: ssh` — the overlay for a device that is reached over ssh (spec jobs §5.6, multinode §7.3).
struct SSHDeploy: Strategy {
  let context: JobContext
  let facts: NamespaceFacts

  var plannedOnly: String? { "'to: ssh'" }

  var actions: [Action] {
    Action("scp-overlay", summary: "make the overlay to be copied") {
      OverlayActions(context: context, facts: facts)
      Action("prepare-scp-overlay", summary: "find out the device's address") {
        Action("extract-rootfs", summary: "unpack the root file system", timeoutFailure: .infrastructure)
        Action("extract-modules", summary: "add the kernel's modules", timeoutFailure: .infrastructure)
      }
      DeviceEnvironment(facts: facts)
    }
  }
}
