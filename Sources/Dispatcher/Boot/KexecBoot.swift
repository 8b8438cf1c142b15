// SPDX-License-Identifier: Apache-2.0

import JobModel
import Pipeline

/// `method: kexec` — a new kernel out of the running one (spec jobs §6.7).
struct KexecBoot: Strategy {
  let context: JobContext
  let facts: NamespaceFacts
  let boot: Boot

  var plannedOnly: String? { "'method: kexec'" }

  var actions: [Action] {
    Action("kexec-boot", summary: "boot with kexec", isRetry: true) {
      Action("call-kexec", summary: "load and start the new kernel")
      LoginActions(context: context, facts: facts, boot: boot)
    }
  }
}
