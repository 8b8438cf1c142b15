// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// A request as it goes over LAVA's wire (spec multinode §3, the table).
package struct WireRequest: Sendable, Hashable {
  package var request: GroupRequest
  package var member: GroupMember
  package var group: String
  /// Nil where the request does not say how many members the group has.
  package var size: Int?
  /// How many seconds the coordinator may take to answer; a key of Pumice's own. LAVA's clients want their answer at once,
  /// and ask again.
  package var hold: Int?

  package init(_ request: GroupRequest, of member: GroupMember, in group: String, size: Int?, hold: Int?) {
    self.request = request
    self.member = member
    self.group = group
    self.size = size
    self.hold = hold
  }

  /// What a text on the wire is.
  package enum Reading: Sendable, Hashable {
    case request(WireRequest)
    /// `complete`: the connection is closed without an answer.
    case complete
    /// To be answered by `nack`.
    case refused
  }

  package static func read(_ value: YAMLValue) -> Reading {
    guard let name = value["request"]?.string else { return .refused }
    if name == "complete" { return .complete }
    guard let client = value["client_name"].flatMap(Self.name), !client.isEmpty, let role = value["role"]?.string,
      let group = value["group_name"].flatMap(Self.name), !group.isEmpty, let request = request(name, value)
    else { return .refused }
    let size = value["group_size"]?.int.flatMap { $0 > 0 ? $0 : nil }
    let hold = value["hold"]?.int.flatMap { $0 > 0 ? $0 : nil }
    let member = GroupMember(client: client, role: role)
    return .request(WireRequest(request, of: member, in: group, size: size, hold: hold))
  }

  private static func name(_ value: YAMLValue) -> String? { value.string ?? value.int.map { String($0) } }

  private static func request(_ name: String, _ value: YAMLValue) -> GroupRequest? {
    switch name {
    case "group_data": return .join
    case "clear_group": return .leave(because: value["reason"]?.string)
    default: break
    }
    guard let id = value["messageID"].flatMap(Self.name), !id.isEmpty else { return nil }
    switch name {
    case "lava_send":
      guard let message = value["message"] else { return .send(id, .mapping([])) }
      return message.mapping == nil ? nil : .send(id, message)
    case "lava_wait": return .wait(id)
    case "lava_wait_all": return .waitAll(id, role: value["waitrole"]?.string)
    case "lava_sync": return .sync(id, value["message"].flatMap { $0.mapping == nil ? nil : $0 })
    default: return nil
    }
  }

  /// - Parameter base: what LAVA's clients send along with every request: port, blocksize, poll_delay, host, hostname.
  package func value(_ base: [YAMLValue.Pair]) -> YAMLValue {
    var pairs = base
    pairs.append(.init("client_name", .string(member.client)))
    pairs.append(.init("group_name", .string(group)))
    pairs.append(.init("role", .string(member.role)))
    func add(_ key: YAMLValue, _ value: YAMLValue?) { if let value { pairs.append(.init(key, value)) } }
    switch request {
    case .join: add("request", "group_data")
    case .leave(let reason):
      add("request", "clear_group")
      add("reason", reason.map { .string(String($0.prefix(1000))) })
    case .send(let id, let message):
      add("request", "lava_send")
      add("messageID", .string(id))
      add("message", message)
    case .wait(let id):
      add("request", "lava_wait")
      add("messageID", .string(id))
      add("nodeID", .string(member.client))
    case .waitAll(let id, let role):
      add("request", "lava_wait_all")
      add("messageID", .string(id))
      add("waitrole", role.map { .string($0) })
    case .sync(let id, let message):
      add("request", "lava_sync")
      add("messageID", .string(id))
      add("message", message)
    }
    add("group_size", size.map { .int($0) })
    add("hold", hold.map { .int($0) })
    return .mapping(pairs)
  }
}
