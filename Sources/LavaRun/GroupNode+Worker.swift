// SPDX-License-Identifier: Apache-2.0

import CoordinatorService
import Diagnostics
import Dispatcher
import JobModel
import Multinode

extension GroupNode {
  /// A worker's place in a group: at the coordinator that LAVA's configuration on the worker names (spec multinode §3). Nil
  /// for a job that is no node of a group.
  ///
  /// - Throws: as ``CoordinatorSettings/init(file:)``.
  init?(worker job: Job, id: String) throws(Failure) {
    guard let facts = NodeFacts(job) else { return nil }
    let settings = try CoordinatorSettings(file: CoordinatorSettings.usualFile)
    let member = GroupMember(client: id, role: facts.role)
    self.init(RemoteSeat(member, in: facts.group, of: facts.size, settings), facts)
  }
}
