// SPDX-License-Identifier: Apache-2.0

// Dispatcher: chooses a strategy for each block of a job and declares its actions. The strategies are in `Deploy/`,
// `Boot/` and `Test/`, one file each; what they share stands beside them.

package import Diagnostics
import JobModel
package import Pipeline
import YAMLDocument

extension JobContext {
  /// The tree of the job: what `pumice plan` prints and `pumice run` runs.
  package func plan() throws(Failure) -> Plan {
    try Plan(blocks: blocks(), settings: timeoutSettings)
  }

  /// One block for each action of the job, and `finalize`.
  private func blocks() -> [Block] {
    var facts: [String: NamespaceFacts] = [:]
    for action in job.actions {
      for name in [action.common.namespace, action.common.connectionNamespace ?? action.common.namespace] {
        facts[name] = facts[name] ?? NamespaceFacts(name, in: job)
      }
    }
    var blocks: [Block] = []
    for (position, action) in job.actions.enumerated() {
      guard let own = facts[action.common.namespace] else { continue }
      switch action.body {
      case .deploy(let deploy):
        blocks += deployTree(deploy, own).actions.map { block(.deploy, $0, action.common) }
      case .boot(let boot):
        blocks += bootTree(boot, own).actions.map { block(.boot, $0, action.common) }
      case .test:
        let console = action.common.connectionNamespace ?? action.common.namespace
        let stage = facts[console]?.stageOfAction[position] ?? 0
        let test = ShellTest(
          context: self,
          facts: own,
          consoleNamespace: console,
          stage: own.stageOfAction[position] ?? stage
        )
        blocks += test.actions.map { block(.test, $0, action.common) }
      }
    }
    blocks += Finalize(context: self).actions.map { Block(.finalize, $0) }
    return blocks
  }

  private func deployTree(_ deploy: Deploy, _ facts: NamespaceFacts) -> any ActionTree {
    switch deploy.method {
    case .tmpfs(let images): TmpfsDeploy(context: self, facts: facts, images: images)
    case .overlay: OverlayDeploy(context: self, facts: facts)
    }
  }

  private func bootTree(_ boot: Boot, _ facts: NamespaceFacts) -> any ActionTree {
    switch boot.method {
    case .qemu: QemuBoot(context: self, facts: facts, boot: boot)
    case .minimal: MinimalBoot(context: self, facts: facts, boot: boot)
    }
  }

  private func block(_ section: Section, _ action: Action, _ common: CommonKeys) -> Block {
    Block(
      section,
      action,
      namespace: common.namespace,
      timeout: common.timeout?.duration,
      skipsTimeout: common.timeout?.skips ?? false,
      timeouts: common.timeouts.mapValues(\.duration),
      failureRetry: common.failureRetry,
      repeatCount: common.repeatCount,
      failureRetryInterval: common.failureRetryInterval ?? .seconds(1),
      retryConstants: RetryConstants(
        failureRetry: constant("failure_retry")?.int ?? 1,
        bootRetry: constant("boot_retry")?.int
      )
    )
  }

  private var timeoutSettings: TimeoutSettings {
    TimeoutSettings(
      job: job.timeouts.job?.duration ?? .seconds(86400),
      action: job.timeouts.action?.duration,
      actions: job.timeouts.actions.mapValues(\.duration),
      connection: job.timeouts.connection?.duration,
      connections: job.timeouts.connections.mapValues(\.duration),
      deviceActions: device.timeouts.actions.mapValues(\.duration),
      deviceConnections: device.timeouts.connections.mapValues(\.duration)
    )
  }
}
