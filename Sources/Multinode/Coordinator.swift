// SPDX-License-Identifier: Apache-2.0

internal import YAMLDocument

/// The state of all groups of a coordinator: takes requests, gives the answers that become due (spec multinode §3).
///
/// Pure: whoever owns it numbers the requests, delivers the answers, and tells the time.
package struct Coordinator: Sendable {
  /// The number of a request.
  package typealias Ticket = UInt64

  private struct Entry: Sendable {
    var group: Group
    var lastRequest: Duration
  }

  package let rules: CoordinatorRules
  package let limits: CoordinatorLimits
  private var entries: [String: Entry] = [:]
  /// Of the requests that are held.
  private var held: [Ticket: (group: String, client: String)] = [:]

  package init(rules: CoordinatorRules = .documented, limits: CoordinatorLimits = CoordinatorLimits()) {
    self.rules = rules
    self.limits = limits
  }

  package var groupCount: Int { entries.count }
  package var heldCount: Int { held.count }

  /// Takes a member's request.
  ///
  /// - Parameters:
  ///   - name: of the group.
  ///   - size: how many members the group has; nil where the request does not say it, and then the group must be known.
  ///   - ticket: of the request; not used before.
  ///   - holds: whether the answer may come later; else `wait` is the answer where it is not there yet.
  ///   - now: on a clock that never goes back.
  /// - Returns: what is answered now, of this and of other requests.
  package mutating func take(
    _ request: GroupRequest,
    of member: GroupMember,
    in name: String,
    size: Int? = nil,
    ticket: Ticket,
    holds: Bool,
    at now: Duration = .zero
  ) -> [AddressedAnswer] {
    if case .leave(let reason) = request { return leave(member, name, size, ticket, reason) }
    guard var entry = entries[name] ?? newEntry(size, at: now) else { return [.init(ticket: ticket, answer: .refused)] }
    entry.lastRequest = now
    guard admits(member, request, entry.group) else { return [.init(ticket: ticket, answer: .refused)] }
    entry.group.seat(member)
    if let earlier = entry.group.waiting[member.client] { held[earlier.ticket] = nil }
    entry.group.release(member.client)
    var isRepeated = true
    switch request {
    case .send(let id, let content): entry.group.keep(content, as: id, of: member.client)
    case .sync(let id, _): isRepeated = !entry.group.arrive(member.client, at: id) || holds
    case .join, .wait, .waitAll, .leave: break
    }
    let answer = entry.group.answer(to: request, of: member.client, isRepeated: isRepeated)
    if case .synced = answer, case .sync(let id, _) = request { entry.group.depart(member.client, from: id) }
    var answers: [AddressedAnswer] = []
    if answer == .wait, holds {
      entry.group.hold(Group.Waiting(ticket: ticket, client: member.client, request: request))
      held[ticket] = (name, member.client)
    } else {
      answers.append(AddressedAnswer(ticket: ticket, answer: answer))
    }
    answers += settle(&entry.group, after: request)
    entries[name] = entry
    return answers
  }

  /// Forgets a request that is held: nobody waits for its answer any more.
  package mutating func forget(_ ticket: Ticket) {
    guard let (name, client) = held.removeValue(forKey: ticket) else { return }
    entries[name]?.group.release(client)
  }

  /// Removes the groups in which nothing has been asked for too long, but those in which somebody is held.
  package mutating func dropIdle(at now: Duration) {
    entries = entries.filter { !$0.value.group.waiting.isEmpty || now - $0.value.lastRequest < limits.idleTime }
  }

  /// Whom a member would wait for with a request, and what they do; for reports.
  package func standing(of request: GroupRequest, by client: String, in name: String) -> String {
    entries[name]?.group.standing(of: Group.Waiting(ticket: 0, client: client, request: request)) ?? "nobody"
  }

  private func newEntry(_ size: Int?, at now: Duration) -> Entry? {
    guard let size, size > 0, size <= limits.members, entries.count < limits.groups else { return nil }
    return Entry(group: Group(size: size, rules: rules), lastRequest: now)
  }

  /// Whether a request stays within what a group may cost.
  private func admits(_ member: GroupMember, _ request: GroupRequest, _ group: Group) -> Bool {
    if group.places[member.client] == nil, group.seats.count >= limits.members { return false }
    switch request {
    case .send(let id, _):
      return group.bytes < limits.groupBytes && (group.topics[id] != nil || group.idCount < limits.ids)
    case .sync(let id, _): return group.barriers[id] != nil || group.idCount < limits.ids
    case .join, .wait, .waitAll, .leave: return true
    }
  }

  private mutating func leave(
    _ member: GroupMember,
    _ name: String,
    _ size: Int?,
    _ ticket: Ticket,
    _ reason: String?
  ) -> [AddressedAnswer] {
    guard var entry = entries[name] else {
      // LAVA would make the group anew, and find it over.
      return [AddressedAnswer(ticket: ticket, answer: size ?? 0 > 0 ? .acknowledged : .refused)]
    }
    entry.group.seat(member)
    if let earlier = entry.group.waiting[member.client] { held[earlier.ticket] = nil }
    entry.group.markEnded(member.client, reason.map { .failed($0) } ?? .finished)
    let answers = settle(&entry.group, after: .leave(because: reason))
    entries[name] = entry.group.isOver ? nil : entry
    return [AddressedAnswer(ticket: ticket, answer: .acknowledged)] + answers
  }

  /// Answers what is held and can be answered after a request, and what is held in vain.
  private mutating func settle(_ group: inout Group, after request: GroupRequest) -> [AddressedAnswer] {
    guard !group.waiting.isEmpty else { return [] }
    var answers: [AddressedAnswer] = []
    var known: [GroupRequest: GroupAnswer] = [:]
    for waiting in group.waiting.values where waiting.request.mayDependOn(request) {
      let answer = known[waiting.request] ?? group.answer(to: waiting.request, of: waiting.client)
      if !waiting.request.isOwn, rules == .documented { known[waiting.request] = answer }
      guard answer != .wait else { continue }
      answers.append(AddressedAnswer(ticket: waiting.ticket, answer: answer))
      release(waiting, of: &group)
      if case .sync(let id, _) = waiting.request { group.depart(waiting.client, from: id) }
    }
    let hopeless = group.hopeless
    let reasons = hopeless.map { group.standing(of: $0) }
    for (waiting, reason) in zip(hopeless, reasons) {
      answers.append(AddressedAnswer(ticket: waiting.ticket, answer: .hopeless(reason)))
      release(waiting, of: &group)
    }
    return answers
  }

  private mutating func release(_ waiting: Group.Waiting, of group: inout Group) {
    group.release(waiting.client)
    held[waiting.ticket] = nil
  }
}

extension GroupRequest {
  /// Whether the answer depends on who asks.
  fileprivate var isOwn: Bool {
    if case .waitAll(Self.startID, _?) = self { true } else { false }
  }

  /// Whether a request of somebody can make the condition of this one hold.
  fileprivate func mayDependOn(_ other: GroupRequest) -> Bool {
    switch (self, other) {
    case (.join, _), (.waitAll, .join): true
    case (.wait(let id), .send(let sent, _)), (.waitAll(let id, _), .send(let sent, _)): id == sent
    case (.sync(let id, _), .sync(let other, _)): id == other
    // A member that comes may complete the group.
    case (.waitAll, _): true
    default: false
    }
  }
}
