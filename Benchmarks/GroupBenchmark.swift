// SPDX-License-Identifier: Apache-2.0

internal import CoordinatorService
internal import Diagnostics
internal import Glibc
internal import Multinode
internal import YAMLDocument

/// What waiting for each other costs: `lava-sync` from the last arrival to the last release, messages a second, and the
/// memory of a group; in memory and over TCP on this host.
struct GroupBenchmark {
  /// The seconds that LAVA takes among so many nodes, with its shipped polling and at best, as they were measured once
  /// with LAVA's own coordinator and clients.
  private static let lava: [(nodes: Int, shipped: Double, best: Double)] = [
    (2, 3.0, 1.0), (10, 7.0, 2.0), (50, 12.1, 7.0),
  ]
  private static let repetitions = 5
  private static let messages = 2000
  private static let groups = 1000
  private static let nodesOfGroup = 10

  func measurements() async throws(BenchmarkFailure) -> [Measurement] {
    do throws(Failure) {
      // First: what others have used and given back would hide it.
      let memory = try await memory()
      let local = LocalCoordinator()
      let server = try await CoordinatorServer.start(host: "127.0.0.1", port: 0)
      let settings = CoordinatorSettings(host: "127.0.0.1", port: server.port)
      var rows: [Measurement] = []
      for nodes in [2, 10, 50, 500] {
        rows.append(
          try await sync(nodes, "in memory", local) { local.seat($0, in: "memory\(nodes)", of: nodes) }
        )
        rows.append(
          try await sync(nodes, "over TCP", server.coordinator) {
            RemoteSeat($0, in: "tcp\(nodes)", of: nodes, settings)
          }
        )
      }
      let one = GroupMember(client: "1", role: "r")
      rows.append(try await send("in memory", local.seat(one, in: "m", of: 2)))
      rows.append(try await send("over TCP", RemoteSeat(one, in: "m", of: 2, settings)))
      rows.append(memory)
      await server.stop()
      return rows
    } catch {
      throw BenchmarkFailure(error.description)
    }
  }

  private func sync(
    _ nodes: Int,
    _ how: String,
    _ coordinator: LocalCoordinator,
    _ seat: @Sendable (GroupMember) -> any GroupFace
  ) async throws(Failure) -> Measurement {
    let seats = (0..<nodes).map { seat(GroupMember(client: "\($0)", role: "r")) }
    var times: [Duration] = []
    for round in 0..<Self.repetitions {
      let others = seats.dropLast().map { seat in Task { try await seat.ask(.sync("s\(round)", nil)) } }
      while coordinator.heldCount < nodes - 1 { await Task.yield() }
      let start = ContinuousClock.now
      _ = try await seats[nodes - 1].ask(.sync("s\(round)", nil))
      for task in others { _ = await task.result }
      times.append(start.duration(to: .now))
    }
    let time = median(times)
    let lava = Self.lava.first { $0.nodes == nodes }
    return Measurement(
      what: "lava-sync among \(nodes) nodes, \(how)",
      measured: time.text,
      comparison: lava.map { "LAVA \($0.shipped) s, at best \($0.best) s" } ?? "",
      ratio: lava.map { "1/\(Int($0.best / time.inSeconds)) of the best" } ?? ""
    )
  }

  private func send(_ how: String, _ seat: any GroupFace) async throws(Failure) -> Measurement {
    let start = ContinuousClock.now
    for number in 0..<Self.messages { _ = try await seat.ask(.send("m\(number % 10)", ["key": "value"])) }
    let rate = Double(Self.messages) / start.duration(to: .now).inSeconds
    return Measurement(what: "messages of one node, \(how)", measured: "\(Int(rate)) a second")
  }

  /// The memory of groups whose nodes have all sent a message and come to a sync but for one.
  private func memory() async throws(Failure) -> Measurement {
    let coordinator = LocalCoordinator()
    let before = Self.residentBytes
    for group in 0..<Self.groups {
      for node in 1..<Self.nodesOfGroup {
        let member = GroupMember(client: "\(node)", role: "r")
        for request in [GroupRequest.send("ip", ["ipaddr": "192.0.2.1"]), .sync("s", nil)] {
          _ = try await coordinator.ask(request, of: member, in: "g\(group)", size: Self.nodesOfGroup, holds: false)
        }
      }
    }
    let bytes = max(Self.residentBytes - before, 0) / Self.groups
    return Measurement(
      what: "memory of a group of \(Self.nodesOfGroup) nodes (\(coordinator.groupCount) groups)",
      measured: bytes.sizeText
    )
  }

  /// proc(5), `statm`: the second number, in pages.
  private static var residentBytes: Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
