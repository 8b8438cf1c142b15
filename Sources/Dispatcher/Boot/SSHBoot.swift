// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline

/// `method: ssh` — logs in to a running system, and copies and unpacks the overlay there (spec jobs §6.5, multinode §7.4).
struct SSHBoot: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  var plannedOnly: String? { "'method: ssh'" }

  var actions: [Action] {
    Action("login-ssh", summary: "log in over ssh", isRetry: true) {
      Action("scp-deploy", summary: "copy the overlay to the device", timeoutFailure: .infrastructure)
      Action("prepare-ssh", summary: "find out the device's address")
      Action("ssh-connection", summary: "open the ssh session", timeoutFailure: .infrastructure)
      LoginActions(context: context, facts: facts, boot: boot)
      Action("scp-overlay-unpack", summary: "unpack the overlay on the device")
    }
  }
}
