// SPDX-License-Identifier: Apache-2.0

// What can still come to pass: a wait that cannot be satisfied any more is told at once, with whom it waits for.
extension Group {
  /// What several held requests have in common: they wait for the same.
  private struct Want: Hashable {
    let request: GroupRequest
    /// Where it matters who waits: for its own message, or for a start of its role.
    let client: String?
  }

  /// The requests that are held in vain: whatever everybody does who is still able to do something, their conditions will
  /// not hold. Members that are not there yet, and those that ask again and again, may do anything.
  var hopeless: [Waiting] {
    guard !waiting.isEmpty else { return [] }
    var able = Set(seats.lazy.filter { $0.end == nil && waiting[$0.member.client] == nil }.map(\.member.client))
    let strangers = max(size - seats.count, 0)
    var open: [Want: [Waiting]] = [:]
    for request in waiting.values { open[want(of: request), default: []].append(request) }
    var hasChanged = true
    while hasChanged, !open.isEmpty {
      hasChanged = false
      for (want, requests) in open where canHold(requests[0], able, strangers) {
        able.formUnion(requests.map(\.client))
        open[want] = nil
        hasChanged = true
      }
    }
    return open.values.flatMap(\.self).sorted { places[$0.client] ?? 0 < places[$1.client] ?? 0 }
  }

  private func want(of request: Waiting) -> Want {
    switch request.request {
    case .sync(let id, _): Want(request: .sync(id, nil), client: nil)
    case .waitAll(GroupRequest.startID, _?): Want(request: request.request, client: request.client)
    case .join, .send, .wait, .waitAll, .leave: Want(request: request.request, client: nil)
    }
  }

  private func canHold(_ request: Waiting, _ able: Set<String>, _ strangers: Int) -> Bool {
    switch request.request {
    case .join: seats.allSatisfy { $0.end == nil }
    case .send, .leave: true
    case .wait: !able.isEmpty || strangers > 0
    case .waitAll, .sync: (needed(for: request) ?? []).allSatisfy { able.contains($0.client) }
    }
  }

  /// Whom a request waits for and what they do: `5002 (client), which waits in lava-sync 'b'`.
  func standing(of request: Waiting) -> String {
    let others = needed(for: request) ?? seats.map(\.member).filter { $0.client != request.client }
    let missing = max(size - seats.count, 0)
    // First those that will not do it.
    let ordered = others.filter { !isBusy($0) } + others.filter(isBusy)
    var parts = ordered.prefix(Self.mostNamed).map { text(of: $0, seenBy: request.client) }
    let rest = others.count - parts.count
    if rest > 0 { parts.append("\(rest) more") }
    if missing > 0 { parts.append("\(missing) that never came") }
    let whom = parts.isEmpty ? "nobody" : parts.joined(separator: "; ")
    return needed(for: request) == nil ? "anybody's message, and there are \(whom)" : whom
  }

  private func isBusy(_ member: GroupMember) -> Bool {
    places[member.client].map { seats[$0].end == nil && waiting[member.client] == nil } ?? true
  }

  private static let mostNamed = 5

  private func text(of member: GroupMember, seenBy client: String) -> String {
    if member.client == client { return "\(member) itself, which has not sent it" }
    guard let place = places[member.client] else { return member.description }
    switch seats[place].end {
    case .finished: return "\(member), which has ended"
    case .failed(let reason): return "\(member), which has ended: \(reason)"
    case nil: return waiting[member.client].map { "\(member), which waits in \($0.request.text)" } ?? "\(member)"
    }
  }
}
