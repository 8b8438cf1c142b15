// SPDX-License-Identifier: Apache-2.0

import Testing
import YAMLDocument

@testable import Multinode

/// The lines of the table of requests and the semantics below it (spec multinode §3, §3.1).
@Suite struct RequestTests {
  @Test func theGroupIsThereWhenAllHaveCome() {
    var table = Table("host", "guest", "guest")
    #expect(table.answer("A", .join) == .wait)
    #expect(table.answer("C", .join) == .wait)
    let members = [("B", "guest"), ("A", "host"), ("C", "guest")].map { GroupMember(client: $0, role: $1) }
    // Role by role, in the order of their coming.
    let expected = [members[1], members[2], members[0]]
    #expect(table.answer("B", .join) == .members(expected))
    #expect(table.answer("A", .join) == .members(expected))
  }

  @Test func aMessageIsKeptForAllAndNotConsumed() {
    var table = Table("host", "guest")
    table.joinAll()
    #expect(table.answer("B", .wait("ip")) == .wait)
    #expect(table.answer("A", .send("ip", ("a", "1"))) == .acknowledged)
    #expect(table.answer("B", .wait("ip")) == .sent(("A", ("a", "1"))))
    #expect(table.answer("A", .wait("ip")) == .sent(("A", ("a", "1"))))
    #expect(table.answer("B", .send("ip", ("b", "2"))) == .acknowledged)
    // Only the sender's part is replaced.
    #expect(table.answer("A", .send("ip", ("a", "3"))) == .acknowledged)
    #expect(table.answer("B", .wait("ip")) == .sent(("A", ("a", "3")), ("B", ("b", "2"))))
  }

  @Test func waitAllWaitsForEverybodyTheAskerIncluded() {
    var table = Table("host", "guest")
    table.joinAll()
    #expect(table.answer("A", .waitAll("x")) == .wait)
    _ = table.ask("B", .send("x", ("b", "2")))
    #expect(table.answer("A", .waitAll("x")) == .wait)
    _ = table.ask("A", .send("x", ("a", "1")))
    #expect(table.answer("A", .waitAll("x")) == .sent(("B", ("b", "2")), ("A", ("a", "1"))))
  }

  @Test func waitAllOfARole() {
    var table = Table("host", "guest", "guest")
    table.joinAll()
    let all = GroupRequest.waitAll("x", role: "guest")
    _ = table.ask("B", .send("x", ("b", "2")))
    #expect(table.answer("A", all) == .wait)
    _ = table.ask("C", .send("x", ("c", "3")))
    #expect(table.answer("A", all) == .sent(("B", ("b", "2")), ("C", ("c", "3"))))
    #expect(table.answer("A", .waitAll("x", role: "nobody")) == .refused)
  }

  @Test func aSyncIsOverForTheLastAtOnceAndForEver() {
    var table = Table("host", "guest")
    table.joinAll()
    #expect(table.answer("A", .sync("s")) == .wait)
    #expect(table.answer("A", .sync("s")) == .wait)
    #expect(table.answer("B", .sync("s", ["k": "v"])) == .synced(["k": "v"]))
    #expect(table.answer("A", .sync("s")) == .synced("s"))
    // A retried action is not held up again (seed 004).
    #expect(table.answer("A", .sync("s")) == .synced("s"))
  }

  @Test func whoLeaves() {
    var table = Table("host", "guest")
    table.joinAll()
    #expect(table.answer("A", .leave(because: nil)) == .acknowledged)
    #expect(table.coordinator.groupCount == 1)
    // Twice the same: the other is still there.
    #expect(table.answer("A", .leave(because: nil)) == .acknowledged)
    #expect(table.coordinator.groupCount == 1)
    #expect(table.answer("B", .leave(because: nil)) == .acknowledged)
    #expect(table.coordinator.groupCount == 0)
    #expect(table.answer("B", .leave(because: nil)) == .acknowledged)
    #expect(table.coordinator.groupCount == 0)
  }

  @Test func anUnknownGroup() {
    var coordinator = Coordinator()
    let member = GroupMember(client: "A", role: "host")
    for (ticket, request) in [GroupRequest.join, .sync("s"), .send("x"), .leave(because: nil)].enumerated() {
      let answers = coordinator.take(request, of: member, in: "g", ticket: UInt64(ticket), holds: true)
      #expect(answers.map(\.answer) == [.refused])
    }
    #expect(coordinator.groupCount == 0)
  }

  // MARK: LAVA's own ways

  @Test func byLAVAsRulesTheLastOneWaitsToo() {
    var table = Table("host", "guest", rules: .lava)
    table.joinAll()
    #expect(table.answer("A", .sync("s")) == .wait)
    #expect(table.answer("B", .sync("s")) == .wait)
    #expect(table.answer("A", .sync("s")) == .synced("s"))
    // Before the others have asked it is passed again.
    #expect(table.answer("A", .sync("s")) == .synced("s"))
    #expect(table.answer("B", .sync("s")) == .synced("s"))
    // All know: it is a new one.
    #expect(table.answer("A", .sync("s")) == .wait)
  }

  @Test func byLAVAsRulesWaitAllIsOfTheFirstAndIsRefused() {
    var table = Table("host", "guest", "guest", rules: .lava)
    table.joinAll()
    #expect(table.answer("A", .waitAll("x")) == .refused)
    #expect(table.answer("A", .waitAll("x", role: "guest")) == .wait)
    _ = table.ask("C", .send("x", ("c", "3")))
    #expect(table.answer("A", .waitAll("x", role: "guest")) == .wait)
    _ = table.ask("B", .send("x", ("b", "2")))
    #expect(table.answer("A", .waitAll("x", role: "guest")) == .sent(("C", ("c", "3")), ("B", ("b", "2"))))
    // LAVA's coordinator dies of this one.
    #expect(table.answer("A", .waitAll("x", role: "nobody")) == .refused)
  }

  @Test func byLAVAsRulesWhoComesLateHasNotHeard() {
    var table = Table("host", "guest", rules: .lava)
    _ = table.ask("A", .send("x", ("a", "1")))
    _ = table.ask("B", .join)
    #expect(table.answer("B", .waitAll("x", role: "host")) == .messages([]))
    #expect(table.answer("B", .wait("x")) == .sent(("A", ("a", "1"))))
  }

  // MARK: Delayed starts

  @Test func aStartMayBeForSomeRoles() {
    var table = Table("host", "guest", "other")
    table.joinAll()
    let start = GroupRequest.waitAll(GroupRequest.startID, role: "host")
    #expect(table.ask("B", start, holds: true) == [:])
    #expect(table.ask("C", start, holds: true) == [:])
    let first = table.ask("A", .send(GroupRequest.startID, StartRoles.message(["guest"])))
    #expect(Set(first.keys) == ["A", "B"])
    let second = table.ask("A", .send(GroupRequest.startID, StartRoles.message(["other"])))
    #expect(Set(second.keys) == ["A", "C"])
    // What was started stays started.
    #expect(table.answer("B", start) != .wait)
  }

  @Test func aStartByATestIsForAll() {
    var table = Table("host", "guest", "other")
    table.joinAll()
    _ = table.ask("A", .send(GroupRequest.startID))
    for client in ["B", "C"] { #expect(table.answer(client, .waitAll(GroupRequest.startID, role: "host")) != .wait) }
  }

  // MARK: Limits

  @Test func aGroupMayNotCostTooMuch() {
    var limits = CoordinatorLimits()
    (limits.groups, limits.members, limits.ids, limits.groupBytes) = (1, 2, 2, 300)
    var coordinator = Coordinator(limits: limits)
    func ask(_ request: GroupRequest, _ client: String = "A", in group: String = "g", size: Int = 2) -> GroupAnswer? {
      let member = GroupMember(client: client, role: "r")
      return coordinator.take(request, of: member, in: group, size: size, ticket: 1, holds: false).first?.answer
    }
    #expect(ask(.join, size: 3) == .refused)
    #expect(ask(.join) == .wait)
    #expect(ask(.join, in: "other") == .refused)
    #expect(ask(.send("a")) == .acknowledged)
    #expect(ask(.sync("b")) == .wait)
    #expect(ask(.send("c")) == .refused)
    #expect(ask(.send("a", ("k", String(repeating: "v", count: 400)))) == .acknowledged)
    #expect(ask(.send("a")) == .refused)
    #expect(ask(.join, "B") != .refused)
    #expect(ask(.join, "C") == .refused)
    coordinator.dropIdle(at: limits.idleTime)
    #expect(coordinator.groupCount == 0)
  }
}
