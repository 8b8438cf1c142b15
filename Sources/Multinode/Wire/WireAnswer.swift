// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

// Answers as they go over LAVA's wire (spec multinode §3, the table).
extension GroupAnswer {
  package var wireValue: YAMLValue {
    switch self {
    case .wait: return ["response": "wait"]
    case .members(let members):
      let roles = members.map { YAMLValue.Pair(.string($0.client), .string($0.role)) }
      return ["response": "group_data", "roles": .mapping(roles)]
    case .acknowledged: return ["response": "ack"]
    case .messages(let messages):
      let content = messages.map { YAMLValue.Pair(.string($0.sender), $0.content) }
      return ["response": "ack", "message": .mapping(content)]
    case .synced(let message): return ["response": "ack", "message": message]
    case .refused: return ["response": "nack"]
    // Only for those who know what to do with it: LAVA's clients are never told.
    case .hopeless(let reason): return ["response": "nack", "reason": .string(reason)]
    }
  }

  /// Reads the answer to a request; nil where it is none.
  package init?(_ value: YAMLValue, to request: GroupRequest) {
    switch value["response"]?.string {
    case "wait": self = .wait
    case "nack": self = value["reason"]?.string.map { .hopeless($0) } ?? .refused
    case "group_data":
      let roles = value["roles"]?.mapping ?? []
      self = .members(
        roles.compactMap { pair in
          guard let client = pair.key.string, let role = pair.value.string else { return nil }
          return GroupMember(client: client, role: role)
        }
      )
    case "ack":
      switch (request, value["message"]) {
      case (.sync(let id, _), let message): self = .synced(message ?? .string(id))
      case (.wait, .mapping(let pairs)), (.waitAll, .mapping(let pairs)):
        self = .messages(pairs.map { GroupMessage(sender: $0.key.string ?? "", content: $0.value) })
      default: self = .acknowledged
      }
    default: return nil
    }
  }
}
