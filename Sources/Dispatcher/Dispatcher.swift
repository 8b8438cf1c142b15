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
    try Plan(blocks: try blocks(), settings: timeoutSettings)
  }

  /// One block for each action of the job, and `finalize`.
  private func blocks() throws(Failure) -> [Block] {
    var blocks: [Block] = []
    for (action, strategy) in try strategies() {
      let calls = action.common.calls
      blocks += strategy.actions.map { tree in
        block(action.section, calls.isEmpty || !job.isNode ? tree : tree.making(calls, self), action.common)
      }
    }
    return blocks + Finalize(context: self).actions.map { Block(.finalize, $0) }
  }

  /// What each action of the job becomes.
  ///
  /// - Throws: a job failure for a method that nothing is declared for.
  func strategies() throws(Failure) -> [(action: JobAction, strategy: any Strategy)] {
    var facts: [String: NamespaceFacts] = [:]
    for action in job.actions {
      for name in [action.common.namespace, action.common.console] {
        facts[name] = facts[name] ?? NamespaceFacts(name, in: job)
      }
    }
    var strategies: [(action: JobAction, strategy: any Strategy)] = []
    for (position, action) in job.actions.enumerated() {
      guard let own = facts[action.common.namespace], let console = facts[action.common.console] else { continue }
      guard let strategy = strategy(for: action, at: position, own, console) else {
        throw Failure(
          .job,
          "not-supported",
          "\(action.method) is a method of LAVA that Pumice does not support",
          advice: "See the table of limits in README.md.",
          place: job.place(of: action.common.node)
        )
      }
      strategies.append((action, strategy))
    }
    return strategies
  }

  private func strategy(
    for action: JobAction,
    at position: Int,
    _ facts: NamespaceFacts,
    _ console: NamespaceFacts
  ) -> (any Strategy)? {
    switch action.body {
    case .deploy(let deploy): return self.strategy(for: deploy, facts, action.common.calls)
    case .boot(let boot): return self.strategy(for: boot, facts)
    case .command(let name): return UserCommand(context: self, name: name)
    case .test(let block):
      // A test that is no test shell counts those before it.
      let stage =
        facts.stageOfAction[position] ?? console.stageOfAction[position]
        ?? facts.stageOfAction.keys.count { $0 < position }
      return self.strategy(for: block, facts, consoleNamespace: console.name, stage: stage)
    }
  }

  private func strategy(for deploy: Deploy, _ facts: NamespaceFacts, _ calls: [ProtocolCall]) -> (any Strategy)? {
    switch deploy.target {
    case .tmpfs: TmpfsDeploy(context: self, facts: facts, deploy: deploy)
    case .overlay: OverlayDeploy(context: self, facts: facts)
    case .tftp: TftpDeploy(context: self, facts: facts, deploy: deploy)
    case .nfs where device.bootMethod("qemu-nfs") != nil: QemuNfsDeploy(context: self, facts: facts, deploy: deploy)
    case .nfs: NfsDeploy(context: self, facts: facts, deploy: deploy)
    case .usb, .sata, .sd: StorageDeploy(context: self, facts: facts, deploy: deploy)
    case .ssh: SSHDeploy(context: self, facts: facts, calls: calls)
    case .nbd: NbdDeploy(context: self, facts: facts, deploy: deploy)
    case .downloads: DownloadsDeploy(context: self, facts: facts, deploy: deploy)
    case .download: DownloadDeploy(context: self, facts: facts, deploy: deploy)
    case .docker: DockerDeploy(context: self, facts: facts)
    case .fastboot: FastbootDeploy(context: self, facts: facts, deploy: deploy)
    default: nil
    }
  }

  private func strategy(for boot: Boot, _ facts: NamespaceFacts) -> (any Strategy)? {
    switch boot.method {
    case .qemu, .qemuNFS, .monitor: QemuBoot(context: self, facts: facts, boot: boot)
    case .minimal: MinimalBoot(context: self, facts: facts, boot: boot)
    case .uBoot: UBoot(context: self, facts: facts, boot: boot)
    case .grub, .grubEFI: GrubBoot(context: self, facts: facts, boot: boot)
    case .ipxe: IpxeBoot(context: self, facts: facts, boot: boot)
    case .ssh: SSHBoot(context: self, facts: facts, boot: boot)
    case .kexec: KexecBoot(context: self, facts: facts, boot: boot)
    case .docker: DockerBoot()
    case .newConnection: NewConnectionBoot(context: self, facts: facts, boot: boot)
    case .schroot: SchrootBoot()
    case .bootloader: BootloaderBoot(context: self, facts: facts, boot: boot)
    default: nil
    }
  }

  private func strategy(
    for block: TestBlock,
    _ facts: NamespaceFacts,
    consoleNamespace: String,
    stage: Int
  ) -> (any Strategy)? {
    switch block.kind {
    case .shell where job.isNode:
      MultinodeTest(
        shell: ShellTest(context: self, facts: facts, consoleNamespace: consoleNamespace, stage: stage)
      )
    case .shell: ShellTest(context: self, facts: facts, consoleNamespace: consoleNamespace, stage: stage)
    case .docker: DockerTest(context: self, facts: facts, stage: stage, container: block.container)
    case .interactive:
      InteractiveTest(
        context: self,
        consoleNamespace: consoleNamespace,
        stage: stage,
        sessions: block.sessions
      )
    case .monitors: MonitorTest(context: self, consoleNamespace: consoleNamespace, monitors: block.monitors)
    case .services: nil
    }
  }

  private func block(_ section: Section, _ action: Action, _ common: CommonKeys) -> Block {
    Block(
      section,
      action,
      namespace: common.namespace,
      timeout: common.timeout?.limit,
      skipsTimeout: common.timeout?.skips ?? false,
      timeouts: common.timeouts.mapValues(\.limit),
      connectionTimeout: common.connectionTimeout?.limit,
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
      action: job.timeouts.action?.limit,
      actions: job.timeouts.actions.mapValues(\.limit),
      connection: job.timeouts.connection?.limit,
      connections: job.timeouts.connections.mapValues(\.limit),
      deviceActions: device.timeouts.actions.mapValues(\.limit),
      deviceConnections: device.timeouts.connections.mapValues(\.limit)
    )
  }
}

extension StatedTimeout {
  /// The timeout, as the plan takes it.
  fileprivate var limit: TimeLimit { TimeLimit(duration, at: place) }
}
