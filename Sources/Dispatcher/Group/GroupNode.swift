// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import Events
package import JobModel
package import Multinode
package import Pipeline
package import Signals
import YAMLDocument

/// A job's place in its group.
package struct GroupNode: GroupCalls {
  /// How long a group may take to come together, and a start to be given, where the role does not say it (spec
  /// multinode §3.2).
  private static let systemTimeout = Duration.seconds(90)
  /// How long a call waits where the role does not say it.
  static let callTimeout = Duration.seconds(30)

  private let face: any GroupFace
  private let facts: NodeFacts
  private let clock: any PipelineClock

  package init(_ face: any GroupFace, _ facts: NodeFacts, clock: any PipelineClock = SystemClock()) {
    self.face = face
    self.facts = facts
    self.clock = clock
  }

  package func call(_ call: MultinodeCall) async throws(Failure) -> GroupReply {
    let request = try request(call)
    switch try await face.ask(request) {
    case .acknowledged, .synced, .members, .wait: return .acknowledged
    case .messages(let messages): return .messages(messages)
    case .refused: return .refused
    case .hopeless(let reason): throw .hopeless(request, reason)
    }
  }

  package func begin(_ log: EventLog) async throws(Failure) {
    let limit = max(Self.systemTimeout, facts.timeout ?? .zero)
    try await wait(.join, limit)
    log.log(.debug, "The group is complete: \(facts.size) nodes")
    guard let role = facts.expectedRole else { return }
    let start = GroupRequest.waitAll(GroupRequest.startID, role: role)
    let seconds = (facts.timeout ?? Self.systemTimeout).components.seconds
    log.log(.info, "lava-multinode protocol initialised - start is delayed by up to \(seconds) seconds")
    log.log(.debug, "Delaying start for \(seconds) seconds, lava_wait_all for role \(role)")
    try await wait(start, facts.timeout ?? Self.systemTimeout)
  }

  package func end(_ failure: Failure?) async {
    do throws(Failure) {
      _ = try await face.ask(.leave(because: failure?.message))
    } catch {
      // Nobody is left who could do anything about it: the others' own limits are what ends their waits.
    }
  }

  package func standing(of call: MultinodeCall) async -> String? {
    do throws(Failure) {
      return await face.standing(of: try request(call))
    } catch {
      return nil
    }
  }

  private func wait(_ request: GroupRequest, _ limit: Duration) async throws(Failure) {
    let face = face
    let late = Failure.lateGroup(request, after: limit, nil)
    do throws(Failure) {
      let answer = try await clock.limit(limit, late) { () async throws(Failure) in try await face.ask(request) }
      switch answer {
      case .hopeless(let reason): throw Failure.hopeless(request, reason)
      case .refused: throw Self.refused(request)
      case .wait, .members, .acknowledged, .messages, .synced: return
      }
    } catch {
      guard error.code == late.code else { throw error }
      throw .lateGroup(request, after: limit, await face.standing(of: request))
    }
  }

  private static func refused(_ request: GroupRequest) -> Failure {
    Failure(
      .job,
      "call-refused",
      "the coordinator refuses \(request.text)",
      advice: "The role it names has no node in the group, or the group is too large for the coordinator."
    )
  }

  /// - Throws: a test failure for a call that nobody knows, or whose arguments are too many (spec signals §6).
  private func request(_ call: MultinodeCall) throws(Failure) -> GroupRequest {
    guard let id = call.arguments.first else { throw Self.wrong(call) }
    let rest = call.arguments.dropFirst()
    switch call.name {
    case "SEND":
      let pairs = rest.compactMap { text -> YAMLValue.Pair? in
        guard let sign = text.firstIndex(of: "=") else { return nil }
        return .init(.string(String(text[..<sign])), .string(String(text[text.index(after: sign)...])))
      }
      return .send(id, .mapping(pairs))
    case "SYNC" where rest.isEmpty: return .sync(id, nil)
    case "WAIT" where rest.isEmpty: return .wait(id)
    case "WAIT_ALL" where rest.count <= 1: return .waitAll(id, role: rest.first)
    default: throw Self.wrong(call)
    }
  }

  private static func wrong(_ call: MultinodeCall) -> Failure {
    Failure(
      .test,
      "wrong-call",
      "Unable to handle the test shell signal correctly: LAVA_\(call.name) \(call.arguments.joined(separator: " "))",
      advice: "lava-send ID [KEY=VALUE…], lava-sync ID, lava-wait ID, lava-wait-all ID [ROLE]."
    )
  }
}
