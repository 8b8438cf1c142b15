// SPDX-License-Identifier: Apache-2.0

import HostTools

/// A job of a test's own, in a folder of its own.
struct TrialJob {
  let folder = TemporaryFolder()
  let path: String

  /// A job with one definition on the namespace board.
  ///
  /// - Parameters:
  ///   - name: of the job and of the definition.
  ///   - steps: YAML, the items of `steps`.
  ///   - jobTime: in seconds.
  ///   - timeouts: more timeouts, YAML, the items of `timeouts.actions`.
  ///   - boot: more keys of the boot action, YAML.
  ///   - reset: whether the board is reset before it boots.
  ///   - test: more keys of the test action, YAML.
  ///   - definition: more keys of the definition's item in the job, YAML.
  ///   - document: more keys of the definition itself, YAML.
  init(
    _ name: String,
    steps: String,
    jobTime: Int = 240,
    timeouts: String = "",
    prompt: String = JobText.prompt,
    boot: String = "",
    reset: Bool = false,
    test: String = "",
    definition: String = "",
    document: String = ""
  ) {
    self.init(
      JobText(
        name,
        jobTime: jobTime,
        timeouts: timeouts,
        actions: [
          .deploy(), .boot(boot, prompt: prompt, isReset: reset),
          .test([.inline(name, steps: steps, keys: definition, document: document)], test),
        ]
      )
    )
  }

  init(_ job: JobText) { self.init(text: job.text) }

  /// A job whose text is given as a whole.
  init(text: String) { path = folder.write(text, to: "job.yaml") }
}
