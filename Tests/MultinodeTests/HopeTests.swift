// SPDX-License-Identifier: Apache-2.0

import Testing
import YAMLDocument

@testable import Multinode

/// Waits that nobody can end any more are told at once, with whom they wait for.
@Suite struct HopeTests {
  @Test func aSyncThatOneHasEndedWithout() {
    var table = Table("server", "client", "client")
    table.joinAll()
    #expect(table.ask("A", .sync("s"), holds: true) == [:])
    #expect(
      table.ask("C", .leave(because: "the board is gone")) == [
        "C": .acknowledged,
        "A": .hopeless("C (client), which has ended: the board is gone; B (client)"),
      ]
    )
    // Who comes later learns it at once.
    #expect(
      table.ask("B", .sync("s"), holds: true) == [
        "B": .hopeless("C (client), which has ended: the board is gone")
      ]
    )
  }

  @Test func twoThatWaitForEachOtherWhileAThirdIsBusy() {
    var table = Table("server", "client", "client")
    table.joinAll()
    #expect(table.ask("A", .sync("a"), holds: true) == [:])
    #expect(
      table.ask("B", .sync("b"), holds: true) == [
        "A": .hopeless("B (client), which waits in lava-sync 'b'; C (client)"),
        "B": .hopeless("A (server), which waits in lava-sync 'a'; C (client)"),
      ]
    )
  }

  @Test func aMessageThatNobodySends() {
    var table = Table("server", "client")
    table.joinAll()
    #expect(table.ask("A", .wait("x"), holds: true) == [:])
    #expect(
      table.ask("B", .leave(because: nil)) == [
        "B": .acknowledged, "A": .hopeless("anybody's message, and there are B (client), which has ended"),
      ]
    )
  }

  @Test func allWaitForAMessage() {
    var table = Table("server", "client")
    table.joinAll()
    #expect(table.ask("A", .wait("x"), holds: true) == [:])
    #expect(
      table.ask("B", .wait("y"), holds: true) == [
        "A": .hopeless("anybody's message, and there are B (client), which waits in lava-wait 'y'"),
        "B": .hopeless("anybody's message, and there are A (server), which waits in lava-wait 'x'"),
      ]
    )
  }

  @Test func whoHasNotSentWhatItWaitsFor() {
    var table = Table("server", "client")
    table.joinAll()
    _ = table.ask("B", .send("x"))
    #expect(
      table.ask("A", .waitAll("x"), holds: true) == ["A": .hopeless("A (server) itself, which has not sent it")]
    )
  }

  @Test func aHostThatEndsBeforeItHasStartedItsGuests() {
    var table = Table("host", "guest")
    table.joinAll()
    #expect(table.ask("B", .waitAll(GroupRequest.startID, role: "host"), holds: true) == [:])
    #expect(table.ask("A", .leave(because: nil))["B"] == .hopeless("A (host), which has ended"))
  }

  @Test func aMemberThatCannotBegin() {
    var table = Table("host", "guest", "guest")
    #expect(table.ask("A", .join, holds: true) == [:])
    #expect(
      table.ask("B", .leave(because: "invalid")) == [
        "B": .acknowledged, "A": .hopeless("B (guest), which has ended: invalid; 1 that never came"),
      ]
    )
    #expect(table.ask("C", .join, holds: true)["C"] == .hopeless("B (guest), which has ended: invalid"))
  }

  @Test func whoIsThereOnceMayHaveEndedWhenAnotherAsks() {
    var table = Table("host", "guest")
    table.joinAll()
    _ = table.ask("A", .leave(because: nil))
    #expect(table.answer("B", .join) != .wait)
  }

  @Test func whoAsksAgainAndAgainMayDoAnything() {
    var table = Table("server", "client")
    table.joinAll()
    #expect(table.ask("B", .sync("b")) == ["B": .wait])
    #expect(table.ask("A", .sync("a"), holds: true) == [:])
    #expect(table.ask("B", .sync("a"))["A"] == .synced("a"))
  }
}
