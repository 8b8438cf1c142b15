// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// What decided an action's timeout. Later ones override earlier ones (spec jobs §4.1).
package enum TimeoutSource: String, Sendable, Hashable {
  /// The action's own default.
  case action = "default"
  case jobAction = "job timeouts.action"
  case deviceNamed = "device timeouts.actions"
  case block = "block timeout"
  case parentRetries = "retries of the parent"
  case jobNamed = "job timeouts.actions"
  case blockNamed = "block timeouts"
}

/// An action with its number and its times: a node of the plan.
package struct PlannedAction: Sendable {
  /// `2.1.1`, counted from 1.
  package let level: String
  package let name: String
  package let summary: String
  package let section: Section
  package let namespace: String
  package let maxRetries: Int
  package let timeout: Duration
  package let timeoutSource: TimeoutSource
  /// Where the timeout is stated; nil for a default, and for what retries of the parent leave.
  package let timeoutPlace: SourcePlace?
  package let connectionTimeout: Duration
  package let children: [PlannedAction]
  /// The declaration.
  let action: Action

  /// The action and everything below it, in the order of running.
  package var flattened: [PlannedAction] { [self] + children.flatMap(\.flattened) }

  /// What to say of actions below this one that an attempt leaves no second for: they are over when they begin.
  fileprivate var sharedInVain: [String] {
    guard maxRetries > 1, children.contains(where: { $0.timeoutSource == .parentRetries && $0.timeout == .zero }) else {
      return children.flatMap(\.sharedInVain)
    }
    return [
      "\(timeout.components.seconds) seconds for \(maxRetries) attempts at \(level) \(name) leave no whole second "
        + "for an action of one attempt"
    ]
  }

  /// The actions that have a property, but none below one that has it.
  fileprivate func outermost(_ hasProperty: (PlannedAction) -> Bool) -> [PlannedAction] {
    hasProperty(self) ? [self] : children.flatMap { $0.outermost(hasProperty) }
  }
}

/// A block of the job with its tree.
package struct PlannedBlock: Sendable {
  package let block: Block
  package let root: PlannedAction

  /// What to say of retry actions whose attempts get too little time to do anything.
  package var attemptsWithoutTime: [String] { root.sharedInVain }
}

/// The numbered tree of a whole job: what is printed is what runs.
package struct Plan: Sendable {
  package let blocks: [PlannedBlock]
  /// The timeout of the whole job; the finalize block runs even when it is over.
  package let jobTimeout: Duration
  /// What a person should know before it runs.
  package let warnings: [String]

  /// Nothing to do: a job that is only validated.
  package static let empty = Plan(blocks: [], jobTimeout: .zero, warnings: [])

  /// A plan whose blocks are numbered already.
  init(blocks: [PlannedBlock], jobTimeout: Duration, warnings: [String]) {
    self.blocks = blocks
    self.jobTimeout = jobTimeout
    self.warnings = warnings
  }

  /// Numbers the blocks from 1 and computes every timeout.
  ///
  /// - Throws: a job failure when a block asks for both `repeat` and `failure_retry`.
  package init(blocks: [Block], settings: TimeoutSettings) throws(Failure) {
    var planned: [PlannedBlock] = []
    for (index, block) in blocks.enumerated() {
      guard block.repeatCount == nil || block.failureRetry == nil else {
        throw Failure(
          .job,
          "repeat-and-failure-retry",
          "Unable to use repeat and failure_retry, use a repeat block",
          advice: "Give block \(index + 1), \(block.action.name), only one of them."
        )
      }
      let root = Self.plan(block.action, level: String(index + 1), parent: nil, of: block, settings)
      planned.append(PlannedBlock(block: block, root: root))
    }
    self.blocks = planned
    jobTimeout = settings.job
    warnings = planned.flatMap { $0.root.outermost { $0.timeout > settings.job } }
      .map { "Action timeout for \($0.name) exceeds Job timeout" }
  }

  /// All actions, in the order of running.
  package var actions: [PlannedAction] { blocks.flatMap(\.root.flattened) }

  /// The timeout and retries of a parent.
  private typealias Parent = (timeout: Duration, maxRetries: Int)

  private static func plan(
    _ action: Action,
    level: String,
    parent: Parent?,
    of block: Block,
    _ settings: TimeoutSettings
  ) -> PlannedAction {
    let section = action.section ?? block.section
    let maxRetries = action.isRetry ? block.maxRetries(in: section) : 1
    let (timeout, source, place) = timeout(of: action, parent: parent, block, settings)
    let connectionTimeout =
      settings.connections[action.name] ?? settings.deviceConnections[action.name] ?? block.connectionTimeout
      ?? settings.connection
    return PlannedAction(
      level: level,
      name: action.name,
      summary: action.summary,
      section: section,
      namespace: block.namespace,
      maxRetries: maxRetries,
      timeout: timeout,
      timeoutSource: source,
      timeoutPlace: place,
      connectionTimeout: connectionTimeout?.duration ?? .seconds(30),
      children: action.children.enumerated().map { index, child in
        plan(child, level: "\(level).\(index + 1)", parent: (timeout, maxRetries), of: block, settings)
      },
      action: action
    )
  }

  /// The six priorities of spec jobs §4.1, the last one that applies first.
  private static func timeout(
    of action: Action,
    parent: Parent?,
    _ block: Block,
    _ settings: TimeoutSettings
  ) -> (Duration, TimeoutSource, SourcePlace?) {
    func stated(_ limit: TimeLimit, _ source: TimeoutSource) -> (Duration, TimeoutSource, SourcePlace?) {
      (limit.duration, source, limit.place)
    }
    if let limit = block.timeouts[action.name] { return stated(limit, .blockNamed) }
    if let limit = settings.actions[action.name] { return stated(limit, .jobNamed) }
    if let parent, parent.maxRetries > 1 {
      return (.seconds((parent.timeout / parent.maxRetries).components.seconds), .parentRetries, nil)
    }
    if let limit = block.timeout { return stated(limit, .block) }
    if let limit = settings.deviceActions[action.name] { return stated(limit, .deviceNamed) }
    if let limit = settings.action { return stated(limit, .jobAction) }
    return (action.defaultTimeout, .action, nil)
  }
}
