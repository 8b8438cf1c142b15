// SPDX-License-Identifier: Apache-2.0

// EndToEndTests: the program as a person starts it, on boards that really boot. Everything that is expected was written
// down by hand from the job files and the specs; what the program left is read by other means than its own where there
// are any (xmllint, tar, Foundation's JSON).

import HostTools
import Testing

/// All of it, one after the other: boards are slow, and the machine is small.
@Suite(
  .serialized,
  .enabled(if: isInstalled(Checkout.program), "the program is not built: swift build, or name one by $PUMICE")
)
struct EndToEnd {}
