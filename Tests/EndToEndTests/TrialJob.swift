// SPDX-License-Identifier: Apache-2.0

import HostTools

/// A job of a test's own, in a folder of its own.
struct TrialJob {
  let folder = TemporaryFolder()
  let path: String

  /// A job on the namespace board.
  ///
  /// - Parameters:
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
    prompt: String = "root@[^:]+:[^#]*# ",
    boot: String = "",
    reset: Bool = false,
    test: String = "",
    definition: String = "",
    document: String = ""
  ) {
    let text = """
      job_name: \(name)
      timeouts:
        job: {seconds: \(jobTime)}
        action: {minutes: 3}
        connection: {minutes: 3}
        actions: {\(timeouts)}
      visibility: public
      actions:
        - deploy:
            to: overlay
            os: debian
        - boot:
            method: minimal
            reset: \(reset)
            prompts: ['\(prompt)']
            transfer_overlay:
              download_command: cd /tmp; wget
              unpack_command: tar -C / -xzf
      \(Self.indented(boot, 6))
        - test:
      \(Self.indented(test, 6))
            definitions:
              - from: inline
                name: \(name)
                path: inline/\(name).yaml
      \(Self.indented(definition, 10))
                repository:
                  metadata:
                    format: Lava-Test Test Definition 1.0
                    name: \(name)
      \(Self.indented(document, 12))
                  run:
                    steps:
      \(Self.indented(steps, 16))
      """
    path = folder.write(text, to: "\(name).yaml")
  }

  /// A job whose text is given as a whole.
  init(text: String) { path = folder.write(text, to: "job.yaml") }

  private static func indented(_ text: String, _ count: Int) -> String {
    text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
  }
}
