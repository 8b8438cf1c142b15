// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline

/// `method: new_connection` — another console of the device (spec jobs §6.9).
struct NewConnectionBoot: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  var plannedOnly: String? { "'method: new_connection'" }

  var actions: [Action] {
    Action("secondary-shell-action", summary: "log in at another console", isRetry: true) {
      Action("connect-shell", summary: "open '\(boot.connection ?? "")'", timeoutFailure: .infrastructure)
      LoginActions(context: context, facts: facts, boot: boot)
    }
  }
}
