// SPDX-License-Identifier: Apache-2.0

internal import YAMLDocument

/// The state of one group: who is in it, what was sent, who waits for what. Requests that wait are held until their
/// condition holds, which is seen at the event that makes it so.
struct Group: Sendable {
  /// How the job of a member has ended.
  enum End: Sendable, Hashable {
    case finished
    case failed(String)
  }

  /// A member with its state.
  struct Seat: Sendable {
    let member: GroupMember
    var end: End?
  }

  /// A request that is held.
  struct Waiting: Sendable, Hashable {
    let ticket: Coordinator.Ticket
    let client: String
    let request: GroupRequest
  }

  /// The messages of one id, in the order of their first sending.
  struct Topic: Sendable {
    var messages: [GroupMessage] = []
    /// How many members there were at each sending: LAVA hands `wait-all` of a role no more than that.
    var audiences: [Int] = []
    var senders: [String: Int] = [:]
  }

  /// The members that have come to a sync.
  struct Barrier: Sendable {
    var arrived: Set<String> = []
    /// Those that know that it is complete; only by LAVA's rules.
    var released: Set<String> = []
  }

  let size: Int
  let rules: CoordinatorRules
  /// In the order of their coming.
  private(set) var seats: [Seat] = []
  private(set) var places: [String: Int] = [:]
  private(set) var topics: [String: Topic] = [:]
  private(set) var barriers: [String: Barrier] = [:]
  /// By client: a member asks for one thing at a time.
  private(set) var waiting: [String: Waiting] = [:]
  /// Of all messages, about.
  private(set) var bytes = 0
  /// Whether everybody has been there at once: then it does not matter to those who ask for it that some have ended.
  private(set) var hasStarted = false

  init(size: Int, rules: CoordinatorRules) {
    self.size = size
    self.rules = rules
  }

  var isComplete: Bool { seats.count >= size }
  var isOver: Bool { !seats.isEmpty && seats.allSatisfy { $0.end != nil } }
  var idCount: Int { topics.count + barriers.count }

  /// The members role by role, as `group_data` lists them.
  var members: [GroupMember] {
    var roles: [String] = []
    var byRole: [String: [GroupMember]] = [:]
    for seat in seats {
      if byRole[seat.member.role] == nil { roles.append(seat.member.role) }
      byRole[seat.member.role, default: []].append(seat.member)
    }
    return roles.flatMap { byRole[$0] ?? [] }
  }

  /// Takes a member up; who asks again after its end is there again.
  mutating func seat(_ member: GroupMember) {
    if let place = places[member.client] {
      seats[place].end = nil
    } else {
      places[member.client] = seats.count
      seats.append(Seat(member: member))
    }
    if !hasStarted, isComplete, seats.allSatisfy({ $0.end == nil }) { hasStarted = true }
  }

  mutating func markEnded(_ client: String, _ end: End) {
    waiting[client] = nil
    if let place = places[client] { seats[place].end = end }
  }

  mutating func hold(_ request: Waiting) { waiting[request.client] = request }

  mutating func release(_ client: String) { waiting[client] = nil }

  // MARK: What changes

  /// Keeps a message; one that the same member has sent before under the id is replaced.
  mutating func keep(_ content: YAMLValue, as id: String, of client: String) {
    var topic = topics[id] ?? Topic()
    if let place = topic.senders[client] {
      let old = topic.messages[place].content
      bytes -= Self.size(of: old)
      topic.messages[place].content = id == GroupRequest.startID ? StartRoles.union(old, content) : content
      topic.audiences[place] = seats.count
      bytes += Self.size(of: topic.messages[place].content)
    } else {
      topic.senders[client] = topic.messages.count
      topic.messages.append(GroupMessage(sender: client, content: content))
      topic.audiences.append(seats.count)
      bytes += Self.size(of: content) + id.utf8.count + client.utf8.count
    }
    topics[id] = topic
  }

  private static func size(of value: YAMLValue) -> Int {
    switch value {
    case .string(let text), .timestamp(let text): text.utf8.count + 16
    case .sequence(let items): items.reduce(16) { $0 + size(of: $1) }
    case .mapping(let pairs): pairs.reduce(16) { $0 + size(of: $1.key) + size(of: $1.value) }
    case .null, .bool, .int, .float: 16
    }
  }

  /// Notes that a member has come to a sync.
  ///
  /// - Returns: whether it has not been there before.
  mutating func arrive(_ client: String, at id: String) -> Bool {
    barriers[id, default: Barrier()].arrived.insert(client).inserted
  }

  /// Notes that a member knows of the end of a sync; by LAVA's rules the id is free again when all do.
  mutating func depart(_ client: String, from id: String) {
    guard rules == .lava, var barrier = barriers[id] else { return }
    barrier.released.insert(client)
    barriers[id] = barrier.released.count >= size ? nil : barrier
  }
}
