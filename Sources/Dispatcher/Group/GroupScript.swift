// SPDX-License-Identifier: Apache-2.0

import JobModel
import Multinode
import Signals
import YAMLDocument

/// What the nodes of a role do one after the other, as far as the job's text shows it.
struct GroupScript: Sendable {
  enum Item: Sendable {
    /// An action of the job, by what a person calls it.
    case action(String)
    case call(GroupRequest, YAMLNode)
    /// Something that may make any call: a definition from elsewhere, a script.
    case anything
  }

  let role: String
  let count: Int
  /// The role to whose device it is a connection.
  let hostRole: String?
  private(set) var items: [Item] = []

  /// - Parameter node: the first of the role's nodes.
  init(_ node: NodeJob) {
    role = node.role
    count = node.count
    hostRole = node.hostRole
    let facts = NodeFacts(node.job)
    if let expected = facts?.expectedRole, let place = node.job.actions.first?.common.node {
      items.append(.call(.waitAll(GroupRequest.startID, role: expected), place))
    }
    for action in node.job.actions { add(action) }
  }

  private mutating func add(_ action: JobAction) {
    let calls = action.common.calls
    switch action.body {
    case .deploy(let deploy): items.append(.action("deploy (\(deploy.target.rawValue))"))
    case .boot(let boot): items.append(.action("boot (\(boot.method.rawValue))"))
    case .command(let name): items.append(.action("command \(name)"))
    case .test: break
    }
    for call in calls where call.request != .start { items.append(.call(call.groupRequest, action.common.node)) }
    if case .test(let block) = action.body { add(block) }
    for call in calls where call.request == .start { items.append(.call(call.groupRequest, action.common.node)) }
  }

  private mutating func add(_ block: TestBlock) {
    for definition in block.definitions {
      items.append(.action("test \(definition.name)"))
      guard definition.isInline, let steps = definition.node["repository"]?["run"]?["steps"] else {
        if block.kind == .shell { items.append(.anything) }
        continue
      }
      guard case .sequence(let steps) = steps.content else { continue }
      items += StepCalls(steps).items
    }
    for session in block.sessions {
      items.append(.action("test \(session.name)"))
      for step in session.script {
        guard let request = GroupRequest(step.action) else { continue }
        items.append(.call(request, step.node))
      }
    }
    if case .monitors = block.kind { items.append(.action("monitors")) }
  }

  /// Whether some of what the role does is not in the job's text.
  var isOpen: Bool { items.contains { if case .anything = $0 { true } else { false } } }
}

extension ProtocolCall {
  fileprivate var groupRequest: GroupRequest {
    switch request {
    case .wait: .wait(messageID)
    case .waitAll: .waitAll(messageID, role: roles.first)
    case .send: .send(messageID, message)
    case .sync: .sync(messageID, nil)
    case .start: .send(GroupRequest.startID, StartRoles.message(roles))
    }
  }
}

extension GroupRequest {
  fileprivate init?(_ action: InteractiveStep.Action) {
    switch action {
    case .send(let message, _): self = .send(message, .mapping([]))
    case .wait(let message): self = .wait(message)
    case .waitAll(let message, let role): self = .waitAll(message, role: role)
    case .sync(let message): self = .sync(message, nil)
    case .command, .delay: return nil
    }
  }
}
