// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Foundation
import HostTools
import Multinode
import NIOCore
import NIOPosix
import Pipeline
import Testing
import YAMLDocument

@testable import CoordinatorService

/// The service with clients of several kinds.
@Suite struct ServerTests {
  private static let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "lava-client.py")
    .path()

  private func seat(_ server: CoordinatorServer, _ client: String, _ role: String, of size: Int) -> RemoteSeat {
    let settings = CoordinatorSettings(host: "127.0.0.1", port: server.port)
    return RemoteSeat(GroupMember(client: client, role: role), in: "g", of: size, settings)
  }

  /// Sends bytes and reads all that comes back until the other side closes.
  private func exchange(_ server: CoordinatorServer, _ bytes: [UInt8]) async throws -> String {
    let promise = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: String.self)
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: false)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Collector(promise)) }
      }
      .connect(host: "127.0.0.1", port: server.port)
      .get()
    // The server may have closed already.
    channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenComplete { _ in channel.close(mode: .output, promise: nil) }
    return try await promise.futureResult.get()
  }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let promise: EventLoopPromise<String>
    private var text = ""

    init(_ promise: EventLoopPromise<String>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { text += String(buffer: unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { promise.succeed(text) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }

  @Test(.enabled(if: isInstalled("python3"), "there is no python3"))
  func lavaClientsAndOursAreInOneGroup() async throws {
    let server = try await CoordinatorServer.start(host: "127.0.0.1", port: 0)
    let client = HostProcess([
      "/usr/bin/env", "python3", Self.script, "\(server.port)", "g", "2", "guest", "2", "0.05", "group_data",
      "lava_wait_all,lava_start,host",
      "lava_wait,ip", "lava_sync,s", "lava_send,done,n=1", "lava_start,x", "clear_group",
    ])
    let host = seat(server, "1", "host", of: 2)
    let members = [GroupMember(client: "1", role: "host"), GroupMember(client: "2", role: "guest")]
    guard case .members(let found) = try await host.ask(.join) else {
      Issue.record("no members")
      return
    }
    #expect(Set(found) == Set(members))
    #expect(try await host.ask(.send("ip", ["a": "192.0.2.1"])) == .acknowledged)
    #expect(try await host.ask(.send(GroupRequest.startID, [:])) == .acknowledged)
    #expect(try await host.ask(.sync("s", nil)) == .synced("s"))
    let done = GroupAnswer.messages([GroupMessage(sender: "2", content: ["n": "1"])])
    #expect(try await host.ask(.waitAll("done", role: "guest")) == done)
    let ending = try #require(await client.ending(limit: 60))
    let lines = ending.outputText.split(separator: "\n").map(String.init)
    #expect(
      lines.dropFirst() == [
        #"{"response": "ack", "message": {"1": {}}}"#, #"{"response": "ack", "message": {"1": {"a": "192.0.2.1"}}}"#,
        #"{"response": "ack", "message": "s"}"#, #"{"response": "ack"}"#, #"{"response": "nack"}"#,
        #"{"response": "ack"}"#,
      ]
    )
    // It has left: what only it could do will not come, and that is told at once.
    guard case .hopeless(let reason) = try await host.ask(.sync("never", nil)) else {
      Issue.record("the host waits for nobody")
      return
    }
    #expect(reason == "2 (guest), which has ended")
    #expect(try await host.ask(.leave(because: nil)) == .acknowledged)
    #expect(server.coordinator.groupCount == 0)
    await server.stop()
  }

  @Test func aHeldRequestIsAnsweredAgainAndAgain() async throws {
    var limits = CoordinatorServer.Limits()
    limits.longestHold = .milliseconds(20)
    let server = try await CoordinatorServer.start(host: "127.0.0.1", port: 0, limits: limits)
    let group = #""client_name": "A", "group_name": "g", "role": "r", "group_size": 2, "hold": 30}"#
    let text = #"{"request": "group_data", "# + group
    let answer = try await exchange(server, WireFrame.bytes(of: try #require(WireText.value(of: Array(text.utf8)))))
    #expect(answer == #"00000014{"response": "wait"}"#)
    await server.stop()
  }

  /// Frames that are no requests, and peers that say nothing: groups beside them notice nothing.
  @Test func hostilePeers() async throws {
    var limits = CoordinatorServer.Limits()
    limits.patience = .seconds(2)
    let server = try await CoordinatorServer.start(host: "127.0.0.1", port: 0, limits: limits)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          var random = SeededGenerator(state: UInt64(number))
          for _ in 0..<1250 { _ = try await exchange(server, Self.hostileFrame(&random)) }
        }
      }
      for name in ["one", "two", "three"] {
        group.addTask { try await Self.play(server, name) }
      }
      try await group.waitForAll()
    }
    #expect(try await exchange(server, Array("00000002{}".utf8)) == #"00000014{"response": "nack"}"#)
    #expect(server.coordinator.groupCount < 100)
    await server.stop()
  }

  private static func play(_ server: CoordinatorServer, _ name: String) async throws {
    let settings = CoordinatorSettings(host: "127.0.0.1", port: server.port)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<4 {
        group.addTask {
          let seat = RemoteSeat(GroupMember(client: "\(name)\(index)", role: "r"), in: name, of: 4, settings)
          _ = try await seat.ask(.join)
          for round in 0..<20 {
            #expect(try await seat.ask(.send("m\(round)", ["k": "v"])) == .acknowledged)
            #expect(try await seat.ask(.sync("s\(round)", nil)) == .synced(.string("s\(round)")))
          }
          #expect(try await seat.ask(.leave(because: nil)) == .acknowledged)
        }
      }
      try await group.waitForAll()
    }
  }

  private static func hostileFrame(_ random: inout SeededGenerator) -> [UInt8] {
    let good = Array(
      #"{"request": "lava_sync", "messageID": "s", "client_name": "x", "group_name": "h", "role": "r"}"#.utf8
    )
    switch Int.random(in: 0...9, using: &random) {
    case 0: return []
    case 1: return (0..<Int.random(in: 1...64, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    case 2: return Array("FFFFFFFF".utf8) + good
    case 3: return Array("0000FFFE".utf8) + good
    case 4: return Array("00000004".utf8) + [0x22, 0xFF, 0xFE, 0x22]
    case 5: return Array("0000000A".utf8) + Array("[[[[[[[[[[".utf8)
    case 6: return WireFrame.bytes(of: ["request": "lava_wait_all", "messageID": "x", "waitrole": "nobody"])
    case 7:
      return WireFrame.bytes(of: [
        "request": "group_data", "client_name": .int(.random(in: 0...9, using: &random)), "group_name": "h",
        "role": "r",
        "group_size": .int(.random(in: -5...1 << 40, using: &random)),
      ])
    case 8:
      var torn = Array("0000005E".utf8) + good
      torn.removeLast(Int.random(in: 1...torn.count, using: &random))
      return torn
    default:
      var bytes = Array("0000005E".utf8) + good
      for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random) }
      return bytes
    }
  }

  @Test func aThousandGroupsAtOnce() async throws {
    let server = try await CoordinatorServer.start(host: "127.0.0.1", port: 0)
    for number in 0..<1000 {
      let member = GroupMember(client: "\(number)", role: "r")
      let answer = try await server.coordinator.ask(.join, of: member, in: "g\(number)", size: 2, holds: false)
      #expect(answer == .wait)
    }
    #expect(server.coordinator.groupCount == 1000)
    let seats = ["a", "b"].map { RemoteSeat(GroupMember(client: $0, role: "r"), in: "last", of: 2, settings(server)) }
    async let first = seats[0].ask(.sync("s", nil))
    async let second = seats[1].ask(.sync("s", nil))
    #expect(try await [first, second] == [.synced("s"), .synced("s")])
    await server.stop()
  }

  private func settings(_ server: CoordinatorServer) -> CoordinatorSettings {
    CoordinatorSettings(host: "127.0.0.1", port: server.port)
  }

  @Test func whoGivesUpIsForgotten() async throws {
    let server = try await CoordinatorServer.start(host: "127.0.0.1", port: 0)
    let waiting = seat(server, "1", "r", of: 2)
    let task = Task { try await waiting.ask(.wait("x")) }
    let other = seat(server, "2", "r", of: 2)
    #expect(try await other.ask(.send("y", [:])) == .acknowledged)
    task.cancel()
    await #expect(throws: Failure.self) { try await task.value }
    await server.stop()
  }

  /// A group in which nobody has asked for anything for two days is forgotten.
  @Test func groupsThatNobodyUses() async throws {
    let clock = ManualClock()
    let server = try await CoordinatorServer.start(host: "127.0.0.1", port: 0, clock: clock)
    #expect(try await seat(server, "1", "r", of: 2).ask(.send("x", [:])) == .acknowledged)
    await clock.advanceToNext(sleepers: 1)
    // It sleeps again: it has looked.
    await clock.sleepers(1)
    #expect(server.coordinator.groupCount == 1)
    clock.advance(by: .seconds(2 * 86400))
    await clock.sleepers(1)
    #expect(server.coordinator.groupCount == 0)
    await server.stop()
  }

  /// A coordinator that says `wait` is asked again after `poll_delay`.
  @Test func askingAgain() async throws {
    let clock = ManualClock()
    var limits = CoordinatorServer.Limits()
    limits.longestHold = .zero
    let server = try await CoordinatorServer.start(host: "127.0.0.1", port: 0, limits: limits)
    let settings = CoordinatorSettings(host: "127.0.0.1", port: server.port, pollDelay: .seconds(3))
    let waiting = RemoteSeat(GroupMember(client: "1", role: "r"), in: "g", of: 2, settings, clock: clock)
    async let answer = waiting.ask(.wait("x"))
    await clock.sleepers(1)
    #expect(try await seat(server, "2", "r", of: 2).ask(.send("x", ["k": "v"])) == .acknowledged)
    clock.advance(by: .seconds(3))
    #expect(try await answer == .messages([GroupMessage(sender: "2", content: ["k": "v"])]))
    await server.stop()
  }

  /// Where nobody listens a request is repeated after 1, 3 and 5 seconds (spec multinode §3.2: two more each time).
  @Test func nobodyListens() async throws {
    let clock = ManualClock()
    let settings = CoordinatorSettings(host: "127.0.0.1", port: SSHServer.freePort())
    let seat = RemoteSeat(GroupMember(client: "1", role: "r"), in: "g", of: 2, settings, clock: clock)
    let task = Task { () async -> Failure? in
      do throws(Failure) {
        _ = try await seat.ask(.send("x", [:]))
        return nil
      } catch {
        return error
      }
    }
    for _ in 0..<3 { await clock.advanceToNext(sleepers: 1) }
    #expect(await task.value?.code == "no-coordinator")
    #expect(clock.now == .seconds(9))
  }

  @Test func theFileOfLAVA() throws {
    let folder = TemporaryFolder()
    let good = folder.write(
      #"{"port": 4000, "blocksize": 8192, "poll_delay": 3, "coordinator_hostname": "lava"}"#,
      to: "a"
    )
    let settings = try CoordinatorSettings(file: good)
    #expect(settings.host == "lava" && settings.port == 4000 && settings.pollDelay == .seconds(3))
    #expect(throws: Failure.self) { try CoordinatorSettings(file: folder.write("port: 1", to: "b")) }
    #expect(throws: Failure.self) { try CoordinatorSettings(file: folder.file("none")) }
  }
}
