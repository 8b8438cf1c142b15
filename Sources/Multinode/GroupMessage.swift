// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// What one member of a group has sent under a message's id.
package struct GroupMessage: Sendable, Hashable {
  /// LAVA's id of its job.
  package var sender: String
  /// A mapping.
  package var content: YAMLValue

  package init(sender: String, content: YAMLValue) {
    self.sender = sender
    self.content = content
  }

  package init(sender: String, data: [(key: String, value: String)]) {
    self.init(sender: sender, content: .mapping(data.map { .init(.string($0.key), .string($0.value)) }))
  }

  /// The keys and values, as a board reads them.
  package var data: [(key: String, value: String)] {
    (content.mapping ?? []).map { (Self.text(of: $0.key), Self.text(of: $0.value)) }
  }

  private static func text(of value: YAMLValue) -> String {
    switch value {
    case .string(let text), .timestamp(let text): text
    case .int(let number): String(number)
    case .bool(let flag): flag ? "True" : "False"
    case .null: ""
    case .float, .sequence, .mapping: JSONEmitter.compact(value)
    }
  }
}
