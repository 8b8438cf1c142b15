// SPDX-License-Identifier: Apache-2.0

import Pipeline

/// `method: schroot` — a shell in a change root of the device (spec jobs §6.9).
struct SchrootBoot: Strategy {
  var plannedOnly: String? { "'method: schroot'" }

  var actions: [Action] {
    Action("schroot-login", summary: "enter the change root")
  }
}
