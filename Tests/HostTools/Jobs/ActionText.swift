// SPDX-License-Identifier: Apache-2.0

/// One of a job's `actions`, as it stands there.
package struct ActionText: Sendable {
  /// An item of a sequence, YAML.
  let text: String

  /// - Parameters:
  ///   - name: of the action: `deploy`, `boot`, `test`, `repeat`.
  ///   - keys: its keys, YAML; what is empty is left out.
  package init(_ name: String, _ keys: String...) {
    text = (["- \(name):"] + keys.filter { !$0.isEmpty }.map { $0.indented(by: 4) }).joined(separator: "\n")
  }

  /// - Parameter flow: a mapping in the flow style, which JSON is too.
  package init(flow: String) { text = "- \(flow)" }

  /// What a board needs that runs already.
  ///
  /// - Parameter keys: more keys, YAML.
  package static func deploy(_ keys: String = "") -> ActionText {
    ActionText("deploy", "to: overlay", "os: debian", keys)
  }

  /// The login to a board that runs already, which fetches the overlay.
  ///
  /// - Parameters:
  ///   - keys: more keys, YAML.
  ///   - isReset: whether the board is reset before.
  package static func boot(_ keys: String = "", prompt: String = JobText.prompt, isReset: Bool = false) -> ActionText {
    ActionText(
      "boot",
      "method: minimal",
      "reset: \(isReset)",
      "prompts: ['\(prompt)']",
      "transfer_overlay: {download_command: cd /tmp; wget, unpack_command: tar -C / -xzf}",
      keys
    )
  }

  /// Definitions for the test shell.
  ///
  /// - Parameter keys: more keys, YAML.
  package static func test(_ definitions: [DefinitionText], _ keys: String = "") -> ActionText {
    ActionText("test", keys, (["definitions:"] + definitions.map(\.text)).joined(separator: "\n"))
  }

  /// Actions that are done again and again.
  package static func repeated(_ count: Int, _ actions: [ActionText]) -> ActionText {
    ActionText("repeat", "count: \(count)", (["actions:"] + actions.map(\.text)).joined(separator: "\n"))
  }
}
