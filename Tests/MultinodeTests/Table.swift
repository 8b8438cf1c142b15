// SPDX-License-Identifier: Apache-2.0

import YAMLDocument

@testable import Multinode

/// A group of members `A`, `B`, … whose requests a test makes one after the other.
struct Table {
  var coordinator: Coordinator
  let roles: [String]
  private var lastTicket: UInt64 = 0
  private var clients: [UInt64: String] = [:]

  /// - Parameter roles: of `A`, `B`, …
  init(_ roles: String..., rules: CoordinatorRules = .documented) {
    self.roles = roles
    coordinator = Coordinator(rules: rules)
  }

  static func name(_ index: Int) -> String { String(UnicodeScalar(UInt8(65 + index))) }

  /// Asks as `client`.
  ///
  /// - Returns: every answer that came of it, by client.
  mutating func ask(_ client: String, _ request: GroupRequest, holds: Bool = false) -> [String: GroupAnswer] {
    lastTicket += 1
    clients[lastTicket] = client
    let index = Int(client.unicodeScalars.first?.value ?? 65) - 65
    let answers = coordinator.take(
      request,
      of: GroupMember(client: client, role: roles[index]),
      in: "g",
      size: roles.count,
      ticket: lastTicket,
      holds: holds
    )
    return Dictionary(answers.map { (clients[$0.ticket] ?? "?", $0.answer) }, uniquingKeysWith: { $1 })
  }

  /// What `client` alone is answered.
  mutating func answer(_ client: String, _ request: GroupRequest) -> GroupAnswer? { ask(client, request)[client] }

  mutating func joinAll() {
    for index in roles.indices { _ = ask(Self.name(index), .join) }
  }
}

extension GroupRequest {
  static func send(_ id: String, _ pairs: (String, String)...) -> GroupRequest {
    .send(id, .mapping(pairs.map { .init(.string($0.0), .string($0.1)) }))
  }

  static func sync(_ id: String) -> GroupRequest { .sync(id, nil) }
  static func waitAll(_ id: String) -> GroupRequest { .waitAll(id, role: nil) }
}

extension GroupAnswer {
  static func sent(_ messages: (String, (String, String))...) -> GroupAnswer {
    .messages(messages.map { GroupMessage(sender: $0.0, data: [(key: $0.1.0, value: $0.1.1)]) })
  }
}
