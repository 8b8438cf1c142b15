// SPDX-License-Identifier: Apache-2.0

/// The text of a job: a test says what is its own, and all else is what the namespace board needs.
package struct JobText: Sendable {
  /// What the shell of the namespace board asks with, a pattern.
  package static let prompt = "root@[^:]+:[^#]*# "

  /// The whole, YAML.
  package let text: String

  /// - Parameters:
  ///   - jobTime: what the whole may take, in seconds.
  ///   - actionTime: what an action may take that has no timeout of its own, in seconds.
  ///   - timeouts: those of actions by their names, YAML, the items of `timeouts.actions`.
  ///   - keys: more keys of the job, YAML.
  package init(
    _ name: String,
    jobTime: Int = 240,
    actionTime: Int = 180,
    timeouts: String = "",
    keys: String = "",
    actions: [ActionText]
  ) {
    let head = """
      job_name: \(name)
      timeouts:
        job: {seconds: \(jobTime)}
        action: {seconds: \(actionTime)}
        connection: {minutes: 3}
        actions: {\(timeouts)}
      visibility: personal
      """
    text = ([head] + (keys.isEmpty ? [] : [keys]) + ["actions:"] + actions.map(\.text)).joined(separator: "\n") + "\n"
  }
}

extension String {
  /// Each line but an empty one behind so many blanks.
  package func indented(by count: Int) -> String {
    split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
  }
}
