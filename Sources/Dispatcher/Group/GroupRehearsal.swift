// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Multinode
import YAMLDocument

/// Plays what the nodes of a group do against a coordinator, before anything boots: waits that nobody will end come out.
struct GroupRehearsal {
  /// A wait in vain.
  struct Trouble {
    let role: String
    let request: GroupRequest
    let node: YAMLNode
    let reason: String
  }

  /// A node that plays its role's script.
  private struct Player {
    let script: Int
    let member: GroupMember
    var position = 0
    var state = State.busy

    enum State {
      case busy, waiting, over
      /// It may do anything from here on.
      case open
    }
  }

  /// Of each role so many take part: more of the same would do the same.
  private static let mostOfRole = 2

  private let scripts: [GroupScript]
  private var players: [Player] = []
  private var coordinator = Coordinator()
  private(set) var troubles: [Trouble] = []

  init(_ scripts: [GroupScript]) {
    self.scripts = scripts
    for (index, script) in scripts.enumerated() {
      let count = min(script.count, Self.mostOfRole)
      for copy in 0..<max(count, 0) {
        let name = script.count > 1 ? "\(script.role) \(copy + 1)" : script.role
        players.append(Player(script: index, member: GroupMember(client: name, role: script.role)))
      }
    }
    for index in players.indices { take(.join, index, holds: false) }
    play()
  }

  private mutating func play() {
    while troubles.isEmpty, let index = players.firstIndex(where: { if case .busy = $0.state { true } else { false } })
    {
      let player = players[index]
      let items = scripts[player.script].items
      guard player.position < items.count else {
        players[index].state = .over
        take(.leave(because: nil), index, holds: true)
        continue
      }
      players[index].position += 1
      switch items[player.position] {
      case .action: continue
      case .anything: players[index].state = .open
      case .call(let request, _): take(request, index, holds: true)
      }
    }
  }

  private mutating func take(_ request: GroupRequest, _ index: Int, holds: Bool) {
    if holds, players[index].state != .over { players[index].state = .waiting }
    let answers = coordinator.take(
      request,
      of: players[index].member,
      in: "rehearsal",
      size: players.count,
      ticket: UInt64(index),
      holds: holds
    )
    for answer in answers {
      let index = Int(answer.ticket)
      if players[index].state == .waiting { players[index].state = .busy }
      switch answer.answer {
      case .hopeless(let reason): note(reason, index)
      case .refused: note("a role that has no nodes", index)
      case .wait, .members, .acknowledged, .messages, .synced: continue
      }
    }
  }

  private mutating func note(_ reason: String, _ index: Int) {
    let script = scripts[players[index].script]
    let position = players[index].position - 1
    guard script.items.indices.contains(position), case .call(let request, let node) = script.items[position],
      !troubles.contains(where: { $0.role == script.role })
    else { return }
    troubles.append(Trouble(role: script.role, request: request, node: node, reason: reason))
  }
}
