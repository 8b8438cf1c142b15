// SPDX-License-Identifier: Apache-2.0

import JobModel

/// A test definition with its numbers: the index within the namespace and the stage of its test action
/// (spec test-shell §1.2).
struct PlacedDefinition: Sendable {
  /// Over all definitions of the namespace; names the suite `<index>_<name>`.
  let index: Int
  let stage: Int
  let item: DefinitionItem

  /// `<index>_<name>`.
  var suite: String { "\(index)_\(item.name)" }
}

/// What all blocks of a namespace together say, known before anything runs: a deploy must build the overlay of tests
/// that come later.
struct NamespaceFacts: Sendable {
  private(set) var name: String
  /// The definitions of the namespace's test actions, by stage.
  let stages: [[PlacedDefinition]]
  /// The stage of each test action, by the action's position in the job.
  let stageOfAction: [Int: Int]
  /// Whether a boot of the namespace fetches the overlay over the network.
  let transfersOverlay: Bool
  /// Whether a test runs definitions in the device's own shell: the boots of the namespace end in it.
  private(set) var hasShell: Bool
  /// Whether a deploy of the namespace authorizes our ssh key on the board.
  private(set) var authorizesSSH: Bool

  /// The same for a container on the host, which runs the namespace's definitions and has what it hands on in LAVA's
  /// namespace for that.
  var inContainer: NamespaceFacts {
    var facts = self
    facts.name = DockerTest.namespace
    facts.hasShell = false
    facts.authorizesSSH = false
    return facts
  }

  /// Whether the deploys of the namespace build an overlay.
  var needsOverlay: Bool { !stages.isEmpty }

  /// The suites of a stage, in the order of the runner's list.
  func suites(of stage: Int) -> [String] { stages.indices.contains(stage) ? stages[stage].map(\.suite) : [] }

  init(_ name: String, in job: Job) {
    self.name = name
    var stages: [[PlacedDefinition]] = []
    var stageOfAction: [Int: Int] = [:]
    var count = 0
    var transfersOverlay = false
    var hasShell = false
    var authorizesSSH = false
    for (position, action) in job.actions.enumerated() {
      switch action.body {
      case .test(let block):
        guard action.common.namespace == name || action.common.connectionNamespace == name,
          block.kind == .shell || block.kind == .docker
        else { continue }
        hasShell = hasShell || block.kind == .shell
        stageOfAction[position] = stages.count
        let definitions = block.definitions.enumerated().map { offset, item in
          PlacedDefinition(index: count + offset, stage: stages.count, item: item)
        }
        stages.append(definitions)
        count += definitions.count
      case .boot(let boot) where action.common.namespace == name:
        transfersOverlay = transfersOverlay || boot.transferOverlay != nil
      case .deploy(let deploy) where action.common.namespace == name:
        authorizesSSH = authorizesSSH || deploy.authorizesSSH
      case .boot, .deploy, .command: break
      }
    }
    self.stages = stages
    self.stageOfAction = stageOfAction
    self.transfersOverlay = transfersOverlay
    self.hasShell = hasShell
    self.authorizesSSH = authorizesSSH
  }
}
