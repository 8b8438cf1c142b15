// SPDX-License-Identifier: Apache-2.0

extension Plan {
  /// The plan with only the actions of one name, what is below them and the way to them; every number stays as it is.
  package func limited(to name: String) -> Plan {
    Plan(
      blocks: blocks.compactMap { block in
        block.root.limited(to: name).map { PlannedBlock(block: block.block, root: $0) }
      },
      jobTimeout: jobTimeout,
      warnings: warnings
    )
  }
}

extension PlannedAction {
  /// Nil when neither the action nor any below it has the name. An action on the way does nothing itself.
  fileprivate func limited(to name: String) -> PlannedAction? {
    if self.name == name { return self }
    let kept = children.compactMap { $0.limited(to: name) }
    guard !kept.isEmpty else { return nil }
    var bare = action
    bare.run = nil
    bare.finish = nil
    bare.cleanup = nil
    return PlannedAction(
      level: level,
      name: self.name,
      summary: summary,
      section: section,
      namespace: namespace,
      maxRetries: maxRetries,
      timeout: timeout,
      timeoutSource: timeoutSource,
      timeoutPlace: timeoutPlace,
      connectionTimeout: connectionTimeout,
      children: kept,
      action: bare
    )
  }
}
