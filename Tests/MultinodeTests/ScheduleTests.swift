// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

@testable import Multinode

/// Random groups in random order.
@Suite struct ScheduleTests {
  /// A group whose members each have a list of requests, and what was answered.
  private struct Play {
    let scripts: [[GroupRequest]]
    var coordinator = Coordinator()
    var positions: [Int]
    var held: [UInt64: Int] = [:]
    var arrived: [String: Set<Int>] = [:]
    var sent: [String: Set<Int>] = [:]
    var hopeless = 0
    var ended: Set<Int> = []
    private var lastTicket: UInt64 = 0

    init(_ scripts: [[GroupRequest]]) {
      self.scripts = scripts
      positions = scripts.map { _ in 0 }
      for index in scripts.indices { take(.join, index, holds: false) }
    }

    var able: [Int] { scripts.indices.filter { !ended.contains($0) && !held.values.contains($0) } }

    mutating func step(_ index: Int, holds: Bool) {
      guard positions[index] < scripts[index].count else {
        take(.leave(because: nil), index, holds: true)
        ended.insert(index)
        return
      }
      let request = scripts[index][positions[index]]
      switch request {
      case .sync(let id, _): arrived[id, default: []].insert(index)
      case .send(let id, _): sent[id, default: []].insert(index)
      default: break
      }
      take(request, index, holds: holds)
    }

    private mutating func take(_ request: GroupRequest, _ index: Int, holds: Bool) {
      lastTicket += 1
      held[lastTicket] = index
      let answers = coordinator.take(
        request,
        of: GroupMember(client: "\(index)", role: "role\(index % 2)"),
        in: "g",
        size: scripts.count,
        ticket: lastTicket,
        holds: holds
      )
      for answer in answers { deliver(answer) }
    }

    private mutating func deliver(_ answer: AddressedAnswer) {
      guard let index = held.removeValue(forKey: answer.ticket) else {
        Issue.record("ticket \(answer.ticket) was answered twice")
        return
      }
      switch answer.answer {
      case .wait, .members: return
      case .synced(let id):
        // Nobody leaves a sync before everybody has come.
        #expect(arrived[id.string ?? ""]?.count == scripts.count)
      case .messages(let messages):
        guard case .wait(let id) = scripts[index][positions[index]] else { break }
        #expect(Set(messages.compactMap { Int($0.sender) }) == sent[id])
        #expect(!messages.isEmpty)
      case .hopeless: hopeless += 1
      case .acknowledged: if positions[index] >= scripts[index].count { return }
      case .refused: Issue.record("refused")
      }
      positions[index] += 1
    }
  }

  /// Plays until nobody can do anything.
  private func end(of scripts: [[GroupRequest]], _ random: inout some RandomNumberGenerator) -> Play {
    var play = Play(scripts)
    var rounds = 0
    while let index = play.able.randomElement(using: &random) {
      play.step(index, holds: Bool.random(using: &random) || play.able.count == 1)
      rounds += 1
      guard rounds < 100_000 else {
        Issue.record("no end")
        return play
      }
    }
    return play
  }

  @Test(arguments: 0..<200)
  func groupsThatFitTogetherEnd(seed: UInt64) {
    var random = SeededGenerator(state: seed)
    let count = Int.random(in: 1...8, using: &random)
    let syncs = (0..<Int.random(in: 0...5, using: &random)).map { GroupRequest.sync("s\($0)") }
    let scripts = (0..<count).map { index in
      // Each sends before the first sync, and waits for what others have sent behind it.
      [GroupRequest.send("m\(index)", ("k", "\(index)")), .send("all")] + syncs + [
        .wait("m\((index + 1) % count)"), .waitAll("all"),
      ]
    }
    let play = end(of: scripts, &random)
    #expect(play.hopeless == 0)
    #expect(play.ended.count == count)
    #expect(play.coordinator.groupCount == 0)
  }

  @Test(arguments: 0..<300)
  func anyGroupEnds(seed: UInt64) {
    var random = SeededGenerator(state: 1000 + seed)
    let count = Int.random(in: 2...6, using: &random)
    let scripts = (0..<count).map { _ in
      (0..<Int.random(in: 0...6, using: &random)).map { _ -> GroupRequest in
        let id = "x\(Int.random(in: 0...2, using: &random))"
        return switch Int.random(in: 0...4, using: &random) {
        case 0: .send(id)
        case 1: .wait(id)
        case 2: .waitAll(id)
        case 3: .waitAll(id, role: "role\(Int.random(in: 0...1, using: &random))")
        default: .sync(id)
        }
      }
    }
    let play = end(of: scripts, &random)
    // Nobody is left waiting: what cannot be is told.
    #expect(play.held.isEmpty)
    #expect(play.ended.count == count)
  }
}
