// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Pipeline

/// How a job is judged (docs/Verdicts.md).
struct VerdictOptions: ParsableArguments {
  @Flag(
    help: """
      Judge as LAVA does: a job passes though a definition did not finish or was not started, or expected cases are \
      missing.
      """
  )
  var lavaVerdicts = false

  var rules: VerdictRules { lavaVerdicts ? .lava : .strict }
}
