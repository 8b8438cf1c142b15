// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// An item of `interactive`: a script that is typed at a console (spec signals §11).
package struct InteractiveSession: Sendable {
  package var name: String
  package var prompts: [JobPattern]
  /// `echo: discard`: the line that follows what was typed is its echo, and not looked at.
  package var discardsEcho: Bool
  package var script: [InteractiveStep]
  /// The item.
  package var node: YAMLNode
}

/// A step of a session's script.
package struct InteractiveStep: Sendable {
  package enum Action: Sendable {
    /// A line to type, or none; then what comes is compared.
    case command(InteractiveCommand)
    /// Nothing, for so long.
    case delay(Duration)
    /// `lava-send`
    case send(message: String, data: [(key: String, value: String)])
    /// `lava-wait`
    case wait(message: String)
    /// `lava-wait-all`, for all nodes or those of a role.
    case waitAll(message: String, role: String?)
    /// `lava-sync`
    case sync(message: String)
  }

  package var action: Action
  /// The item.
  package var node: YAMLNode

  /// Whether the other nodes of a group take part.
  package var callsGroup: Bool {
    switch action {
    case .send, .wait, .waitAll, .sync: true
    case .command, .delay: false
    }
  }
}

/// A line that is typed at a console, and what may come of it.
package struct InteractiveCommand: Sendable {
  /// What a match of a failure means beside that.
  package enum Exception: String, Sendable, CaseIterable {
    case infrastructure = "InfrastructureError"
    case job = "JobError"
    case test = "TestError"
  }

  package struct Failure: Sendable {
    package var message: JobPattern
    /// The class of error that ends the action.
    package var exception: Exception?
    /// What that error says instead of the pattern.
    package var error: String?
  }

  /// Nothing is typed where there is none.
  package var line: String?
  /// The test case that it is; without one, a failure ends the action.
  package var name: String?
  package var successes: [JobPattern] = []
  package var failures: [Failure] = []
  /// Whether a prompt is waited for after a success.
  package var waitsForPrompt = true
}
