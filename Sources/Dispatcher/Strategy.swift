// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline

/// What a block of a job becomes: LAVA's tree of actions for its method.
protocol Strategy: ActionTree {
  /// What of the block is planned but cannot be run by this version, in quotes as the job has it: `'to: tftp'`; nil
  /// where all of it runs. A job with such a block is refused before anything starts.
  var plannedOnly: String? { get }
  /// What the block lacks to be run, however the device is; nil where it is whole. Said before anything starts.
  var shortcoming: Failure? { get }
}

extension Strategy {
  var plannedOnly: String? { nil }
  var shortcoming: Failure? { nil }
}

extension CommonKeys {
  /// The namespace whose console the action uses.
  var console: String { connectionNamespace ?? namespace }
}

extension JobAction {
  /// Whether it runs definitions in a container on the host.
  var isInContainer: Bool {
    if case .test(let block) = body { block.kind == .docker } else { false }
  }

  /// The kind of block that it is.
  var section: Section {
    switch body {
    case .deploy: .deploy
    case .boot: .boot
    case .test: .test
    case .command: .command
    }
  }

  /// The method, in quotes as the job has it.
  var method: String {
    switch body {
    case .deploy(let deploy): "'to: \(deploy.target.rawValue)'"
    case .boot(let boot): "'method: \(boot.method.rawValue)'"
    case .command: "'command'"
    case .test(let block):
      switch block.kind {
      case .shell: "'definitions'"
      case .docker: "'docker'"
      case .monitors: "'monitors'"
      case .interactive: "'interactive'"
      case .services: "'services'"
      }
    }
  }
}

extension JobContext {
  /// Looks whether every block of the job can be run.
  ///
  /// - Throws: a job failure that names the first one that is only planned, or that lacks something.
  func checkStrategies() throws(Failure) {
    for (action, strategy) in try strategies() {
      if var shortcoming = strategy.shortcoming {
        shortcoming.place = job.place(of: action.common.node)
        throw shortcoming
      }
      guard let part = strategy.plannedOnly else { continue }
      throw Failure(
        .job,
        "not-supported",
        "\(part) is planned, but cannot be run by this version of Pumice",
        advice: "See the table of limits in README.md.",
        place: job.place(of: action.common.node)
      )
    }
  }
}
