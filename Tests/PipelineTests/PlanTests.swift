// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Pipeline
import Testing

/// Trees, levels and times against spec jobs, appendix A, which LAVA itself produced.
@Suite struct PlanTests {
  /// Timeouts of LAVA's base device type (spec jobs §9), as far as they matter here.
  private static let deviceActions: [String: TimeLimit] = [
    "download-retry": .seconds(900), "http-download": .seconds(300), "lava-test-shell": .seconds(180),
    "power-off": .seconds(10), "bootloader-commands": .seconds(180), "bootloader-interrupt": .seconds(30),
    "auto-login-action": .seconds(120), "uboot-action": .seconds(180), "uboot-commands": .seconds(180),
    "boot-qemu-image": .seconds(120), "boot-image-retry": .seconds(120), "pdu-reboot": .seconds(30),
    "reset-device": .seconds(30),
  ]

  private static let finalize = Block(
    .finalize,
    Action("finalize") {
      Action("power-off", timeoutFailure: .infrastructure)
      Action("read-feedback")
    }
  )

  private static let test = Action("lava-test-retry", isRetry: true) {
    Action("lava-test-shell", timeoutFailure: .timeout)
  }

  @ActionTreeBuilder private static func login() -> [Action] {
    Action("auto-login-action", isRetry: true) { Action("login-action") }
    Action("expect-shell-connection")
    Action("export-device-env")
  }

  /// `level name xN seconds`, as the appendix writes it.
  private func lines(_ plan: Plan) -> [String] {
    plan.actions.map { action in
      let retries = action.maxRetries == 1 ? "" : " x\(action.maxRetries)"
      return "\(action.level) \(action.name)\(retries) \(action.timeout.components.seconds)"
    }
  }

  @Test func kvm() throws {
    let definition = ["git-repo-action", "test-overlay", "test-install-overlay", "test-runscript-overlay"]
    let deploy = Action("deployimages") {
      Action("lava-overlay") {
        Action("lava-multinode-overlay")
        Action("test-definition") {
          for name in definition + definition { Action(name) }
        }
        Action("compress-overlay")
      }
      Action("deploy-device-env")
      for _ in 0..<2 {
        Action("download-retry", isRetry: true) { Action("http-download", timeoutFailure: .infrastructure) }
      }
      Action("apply-overlay-guest", timeoutFailure: .infrastructure)
    }
    let boot = Action("boot-image-retry", isRetry: true) {
      Action("boot-qemu-image", isRetry: true) { Action("execute-qemu") }
      Self.login()
    }
    let plan = try Plan(
      blocks: [
        Block(.deploy, deploy, timeout: .seconds(120)),
        Block(.boot, boot, failureRetry: 2),
        Block(.test, Self.test, timeout: .seconds(600), failureRetry: 3),
        Self.finalize,
      ],
      settings: TimeoutSettings(job: .seconds(600), action: .seconds(60), deviceActions: Self.deviceActions)
    )
    let expected = """
      1 deployimages 120
      1.1 lava-overlay 120
      1.1.1 lava-multinode-overlay 120
      1.1.2 test-definition 120
      1.1.2.1 git-repo-action 120
      1.1.2.2 test-overlay 120
      1.1.2.3 test-install-overlay 120
      1.1.2.4 test-runscript-overlay 120
      1.1.2.5 git-repo-action 120
      1.1.2.6 test-overlay 120
      1.1.2.7 test-install-overlay 120
      1.1.2.8 test-runscript-overlay 120
      1.1.3 compress-overlay 120
      1.2 deploy-device-env 120
      1.3 download-retry 120
      1.3.1 http-download 120
      1.4 download-retry 120
      1.4.1 http-download 120
      1.5 apply-overlay-guest 120
      2 boot-image-retry x2 120
      2.1 boot-qemu-image x2 60
      2.1.1 execute-qemu 30
      2.2 auto-login-action x2 60
      2.2.1 login-action 30
      2.3 expect-shell-connection 60
      2.4 export-device-env 60
      3 lava-test-retry x3 600
      3.1 lava-test-shell 200
      4 finalize 60
      4.1 power-off 10
      4.2 read-feedback 60
      """
    #expect(lines(plan) == expected.split(separator: "\n").map(String.init))
    #expect(plan.warnings.isEmpty)
  }

  @Test func ubootHasTimeoutsByNameOfTheJob() throws {
    let boot = Action("uboot-action", isRetry: true) {
      Action("uboot-from-media")
      Action("bootloader-overlay")
      Action("connect-device")
      Action("uboot-commands") {
        Action("reset-device") { Action("pdu-reboot") }
        Action("bootloader-interrupt")
        Action("bootloader-commands", defaultTimeout: .seconds(90))
        Self.login()
      }
    }
    let plan = try Plan(
      blocks: [
        Block(.boot, boot), Block(.test, Self.test, timeout: .seconds(300), failureRetry: 3), Self.finalize,
      ],
      settings: TimeoutSettings(
        job: .seconds(900),
        action: .seconds(300),
        actions: ["lava-test-shell": .seconds(420), "auto-login-action": .seconds(540)],
        connections: ["lava-test-shell": .seconds(240)],
        deviceActions: Self.deviceActions,
        deviceConnections: ["lava-test-shell": .seconds(10), "bootloader-interrupt": .seconds(31)]
      )
    )
    let expected = """
      1 uboot-action 180
      1.1 uboot-from-media 300
      1.2 bootloader-overlay 300
      1.3 connect-device 300
      1.4 uboot-commands 180
      1.4.1 reset-device 30
      1.4.1.1 pdu-reboot 30
      1.4.2 bootloader-interrupt 30
      1.4.3 bootloader-commands 180
      1.4.4 auto-login-action 540
      1.4.4.1 login-action 300
      1.4.5 expect-shell-connection 300
      1.4.6 export-device-env 300
      2 lava-test-retry x3 300
      2.1 lava-test-shell 420
      3 finalize 300
      3.1 power-off 10
      3.2 read-feedback 300
      """
    #expect(lines(plan) == expected.split(separator: "\n").map(String.init))
    func connection(_ name: String) -> Duration? { plan.actions.first { $0.name == name }?.connectionTimeout }
    #expect(connection("lava-test-shell") == .seconds(240))
    #expect(connection("bootloader-interrupt") == .seconds(31))
    #expect(connection("login-action") == .seconds(30))
  }

  /// Spec jobs §4.1: each of the six overrides those before it.
  @Test func prioritiesOfTimeouts() throws {
    func source(_ change: (inout Block, inout TimeoutSettings) -> Void) throws -> [PlannedAction] {
      var block = Block(.test, Self.test)
      var settings = TimeoutSettings(job: .seconds(1000))
      change(&block, &settings)
      return try Plan(blocks: [block], settings: settings).actions
    }
    let none = try source { _, _ in }
    #expect(none[1].timeout == .seconds(30) && none[1].timeoutSource == .action)
    let job = try source { _, settings in settings.action = .seconds(40) }
    #expect(job[1].timeout == .seconds(40) && job[1].timeoutSource == .jobAction)
    let device = try source {
      $1.action = .seconds(40)
      $1.deviceActions = ["lava-test-shell": .seconds(50)]
    }
    #expect(device[1].timeout == .seconds(50) && device[1].timeoutSource == .deviceNamed)
    let block = try source {
      $0.timeout = .seconds(61)
      $1.deviceActions = ["lava-test-shell": .seconds(50)]
    }
    #expect(block[1].timeout == .seconds(61) && block[1].timeoutSource == .block)
    let parent = try source { block, _ in
      block.timeout = .seconds(61)
      block.failureRetry = 2
    }
    #expect(parent[1].timeout == .seconds(30) && parent[1].timeoutSource == .parentRetries)
    let named = try source {
      $0.failureRetry = 2
      $1.actions = ["lava-test-shell": .seconds(70)]
    }
    #expect(named[1].timeout == .seconds(70) && named[1].timeoutSource == .jobNamed)
    let blockNamed = try source {
      $0.timeouts = ["lava-test-shell": .seconds(80)]
      $1.actions = ["lava-test-shell": .seconds(70)]
    }
    #expect(blockNamed[1].timeout == .seconds(80) && blockNamed[1].timeoutSource == .blockNamed)
  }

  /// Spec jobs §4.3: the block, else the constants, for boot blocks their own; `repeat` before all.
  @Test func retries() throws {
    func retries(_ block: Block) throws -> Int {
      try Plan(blocks: [block], settings: TimeoutSettings(job: .seconds(60))).actions[0].maxRetries
    }
    let action = Action("some-retry", isRetry: true)
    let constants = RetryConstants(failureRetry: 4, bootRetry: 5)
    #expect(try retries(Block(.deploy, action)) == 1)
    #expect(try retries(Block(.deploy, action, retryConstants: constants)) == 4)
    #expect(try retries(Block(.boot, action, retryConstants: constants)) == 5)
    #expect(try retries(Block(.boot, action, failureRetry: 2, retryConstants: constants)) == 2)
    #expect(try retries(Block(.boot, action, repeatCount: 6, retryConstants: constants)) == 6)
    #expect(try retries(Block(.deploy, action, retryConstants: RetryConstants(failureRetry: 0))) == 1)
    #expect(try retries(Block(.deploy, Action("no-retry"), failureRetry: 3)) == 1)
    let failure = #expect(throws: Failure.self) { try retries(Block(.boot, action, failureRetry: 2, repeatCount: 2)) }
    #expect(failure?.message == "Unable to use repeat and failure_retry, use a repeat block")
    #expect(failure?.kind == .job)
  }

  @Test func warnsOfAnActionThatMayTakeLongerThanTheJob() throws {
    let block = Block(.deploy, Action("deployimages"), timeout: .seconds(61))
    let plan = try Plan(blocks: [block], settings: TimeoutSettings(job: .seconds(60)))
    #expect(plan.warnings == ["Action timeout for deployimages exceeds Job timeout"])
  }

  /// A share is cut to whole seconds (spec jobs §4.1), and nothing can be done in none.
  @Test(arguments: [
    (2, 3, ["2 seconds for 3 attempts at 1 minimal-boot leave no whole second for an action of one attempt"]),
    (8, 3, ["2 seconds for 3 attempts at 1.1 auto-login-action leave no whole second for an action of one attempt"]),
    (9, 3, []), (1, 1, []),
  ])
  func attemptsWithoutTime(_ seconds: Int, _ attempts: Int, _ expected: [String]) throws {
    let boot = Action("minimal-boot", isRetry: true) { Self.login() }
    let block = Block(.boot, boot, timeout: .seconds(seconds), failureRetry: attempts)
    let plan = try Plan(blocks: [block], settings: TimeoutSettings(job: .seconds(60)))
    #expect(plan.blocks.flatMap(\.attemptsWithoutTime) == expected)
  }

  @Test func treesOfTypesAndConditions() {
    struct Overlay: ActionTree {
      let isWanted: Bool
      var actions: [Action] {
        if isWanted { Action("lava-overlay") } else { Action("no-overlay") }
        if isWanted { Action("compress-overlay") }
      }
    }
    let action = Action("deploy") {
      Overlay(isWanted: true)
      Overlay(isWanted: false)
      [Action("last")]
    }
    #expect(action.children.map(\.name) == ["lava-overlay", "compress-overlay", "no-overlay", "last"])
  }
}
