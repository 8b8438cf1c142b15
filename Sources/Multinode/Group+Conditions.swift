// SPDX-License-Identifier: Apache-2.0

internal import YAMLDocument

// When a request is answered (spec multinode §3.1).
extension Group {
  /// The answer to a request of a member that is seated; `wait` where its condition does not hold.
  ///
  /// - Parameter isRepeated: whether a sync was asked for before: by LAVA's rules only then it is passed.
  func answer(to request: GroupRequest, of client: String, isRepeated: Bool = true) -> GroupAnswer {
    switch request {
    case .join: return hasStarted || rules == .lava && isComplete ? .members(members) : .wait
    case .send, .leave: return .acknowledged
    case .wait(let id):
      let messages = topics[id]?.messages ?? []
      return messages.isEmpty ? .wait : .messages(messages)
    case .waitAll(let id, let role): return answerToAll(id, role, client)
    case .sync(let id, let message):
      let count = barriers[id]?.arrived.count ?? 0
      guard count >= size, rules == .documented || isRepeated else { return .wait }
      return .synced(message ?? .string(id))
    }
  }

  private func answerToAll(_ id: String, _ role: String?, _ client: String) -> GroupAnswer {
    let topic = topics[id]
    if rules == .lava, topic == nil, role == nil { return .refused }
    if let role, !seats.contains(where: { $0.member.role == role }) { return isComplete ? .refused : .wait }
    guard let topic, lacking(id, role, client).isEmpty, rules == .lava || isComplete else { return .wait }
    guard rules == .lava, role != nil else { return .messages(topic.messages) }
    let place = places[client] ?? 0
    let heard = zip(topic.messages, topic.audiences).filter { $0.sender == client || place < $1 }.map(\.0)
    return .messages(heard)
  }

  /// The members whose message a `wait-all` still waits for.
  func lacking(_ id: String, _ role: String?, _ client: String) -> [GroupMember] {
    let senders = topics[id]?.senders ?? [:]
    var wanted = seats.map(\.member)
    if let role {
      wanted = wanted.filter { $0.role == role }
      if rules == .lava { wanted = Array(wanted.prefix(1)) }
    }
    let own = places[client].map { seats[$0].member.role } ?? ""
    return wanted.filter { member in
      guard let place = senders[member.client], let topic = topics[id] else { return true }
      return id == GroupRequest.startID && role != nil && !StartRoles.isFor(own, topic.messages[place].content)
    }
  }

  /// The members whose doing a held request waits for, all of them; nil where anybody's will do.
  func needed(for request: Waiting) -> [GroupMember]? {
    switch request.request {
    case .join: return seats.filter { $0.end != nil }.map(\.member)
    case .send, .leave: return []
    case .wait: return nil
    case .waitAll(let id, let role): return lacking(id, role, request.client)
    case .sync(let id, _):
      let arrived = barriers[id]?.arrived ?? []
      return seats.map(\.member).filter { !arrived.contains($0.client) }
    }
  }
}
