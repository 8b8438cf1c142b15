// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import Synchronization

/// A coordinator in the memory of this process: answers at the moment a condition holds.
package final class LocalCoordinator: Sendable {
  private struct State {
    var coordinator: Coordinator
    var lastTicket: Coordinator.Ticket = 0
    var askers: [Coordinator.Ticket: CheckedContinuation<GroupAnswer?, Never>] = [:]
  }

  private let state: Mutex<State>

  package init(_ coordinator: Coordinator = Coordinator()) {
    state = Mutex(State(coordinator: coordinator))
  }

  package var groupCount: Int { state.withLock { $0.coordinator.groupCount } }
  package var heldCount: Int { state.withLock { $0.coordinator.heldCount } }

  /// The place of a member.
  ///
  /// - Parameters:
  ///   - group: its name.
  ///   - size: how many members it has.
  package func seat(_ member: GroupMember, in group: String, of size: Int) -> LocalSeat {
    LocalSeat(coordinator: self, member: member, group: group, size: size)
  }

  /// Asks, and waits for the answer until the task is canceled.
  ///
  /// - Parameter holds: whether to wait; else the answer may be ``GroupAnswer/wait``.
  package func ask(
    _ request: GroupRequest,
    of member: GroupMember,
    in group: String,
    size: Int?,
    holds: Bool = true,
    at now: Duration = .zero
  ) async throws(Failure) -> GroupAnswer {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    let answer = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<GroupAnswer?, Never>) in
        let due = state.withLock { state in
          state.askers[ticket] = continuation
          let answers = state.coordinator.take(
            request,
            of: member,
            in: group,
            size: size,
            ticket: ticket,
            holds: holds,
            at: now
          )
          return answers.compactMap { answer in
            state.askers.removeValue(forKey: answer.ticket).map { ($0, answer.answer) }
          }
        }
        for (asker, answer) in due { asker.resume(returning: answer) }
        // Canceled before it was there to be found.
        if Task.isCancelled { forget(ticket) }
      }
    } onCancel: {
      forget(ticket)
    }
    guard let answer else { throw .unanswered }
    return answer
  }

  private func forget(_ ticket: Coordinator.Ticket) {
    let asker = state.withLock { state in
      state.coordinator.forget(ticket)
      return state.askers.removeValue(forKey: ticket)
    }
    asker?.resume(returning: nil)
  }

  package func dropIdle(at now: Duration) { state.withLock { $0.coordinator.dropIdle(at: now) } }

  /// Whom a request would wait for.
  package func standing(of request: GroupRequest, by client: String, in group: String) -> String {
    state.withLock { $0.coordinator.standing(of: request, by: client, in: group) }
  }
}

/// A member of a group whose coordinator is in this process.
package struct LocalSeat: GroupFace {
  private let coordinator: LocalCoordinator
  package let member: GroupMember
  private let group: String
  private let size: Int

  init(coordinator: LocalCoordinator, member: GroupMember, group: String, size: Int) {
    self.coordinator = coordinator
    self.member = member
    self.group = group
    self.size = size
  }

  package func ask(_ request: GroupRequest) async throws(Failure) -> GroupAnswer {
    try await coordinator.ask(request, of: member, in: group, size: size)
  }

  package func standing(of request: GroupRequest) async -> String? {
    coordinator.standing(of: request, by: member.client, in: group)
  }
}
