// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CoordinatorService
import JobModel
import Multinode

/// Where the other nodes of a group are.
struct GroupOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The coordinator of a group that spans hosts ('pumice coordinator', or LAVA's). Only the nodes of the roles that a \
      --device is given for run here; --job-id and --group have to be the same on all hosts.
      """,
      valueName: "host:port"
    )
  )
  var coordinator: NetworkPlace?

  @Option(
    help: ArgumentHelp(
      "The name of a group that spans hosts; the coordinator may have no other of that name.",
      valueName: "name"
    )
  )
  var group: String?

  /// How the nodes get at their group.
  func faces() -> (NodeFacts, GroupMember) -> any GroupFace {
    guard let coordinator else {
      let local = LocalCoordinator()
      return { facts, member in local.seat(member, in: facts.group, of: facts.size) }
    }
    let settings = CoordinatorSettings(host: coordinator.host, port: coordinator.port)
    return { facts, member in RemoteSeat(member, in: facts.group, of: facts.size, settings) }
  }
}
