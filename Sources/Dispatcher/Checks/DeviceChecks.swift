// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import Downloads
package import JobModel
import Overlay
import Pipeline
import YAMLDocument

// What can be known about a job and the device it is to run on.

extension Job {
  /// What the device cannot do for this job, and what `run` will refuse.
  package func findings(on device: Device) -> DiagnosticList {
    var said: Set<Diagnostic> = []
    // The actions of a 'repeat' block are there several times.
    return DiagnosticList(everyFinding(on: device).items.filter { said.insert($0).inserted })
  }

  private func everyFinding(on device: Device) -> DiagnosticList {
    var findings = DiagnosticList()
    if let role = roles.first {
      findings.add(
        Diagnostic(
          .error,
          "not-supported",
          "this is the job of a group, and no device is chosen for its role '\(role)'",
          advice:
            "Give each role its own: --device \(role)=DEVICE."
        )
      )
    }
    for action in actions {
      let keys = action.common
      guard action.isPlanned else {
        findings.add(
          finding(
            .error,
            "not-supported",
            "\(action.method) is a method of LAVA that Pumice does not support",
            at: action.methodNode,
            advice: "See the table of limits in README.md."
          )
        )
        continue
      }
      switch action.body {
      case .deploy(let deploy): findings.add(contentsOf: self.findings(deploy, keys, on: device))
      case .boot(let boot): findings.add(contentsOf: self.findings(boot, keys, on: device))
      case .test(let block): findings.add(contentsOf: self.findings(block))
      case .command(let name): findings.add(contentsOf: self.findings(command: name, keys, on: device))
      }
    }
    if !findings.hasErrors { findings.add(contentsOf: findingsInPlan(on: device)) }
    return findings
  }

  /// What is planned but not run, and what names actions that are not planned.
  private func findingsInPlan(on device: Device) -> DiagnosticList {
    var findings = DiagnosticList()
    let context = JobContext(job: self, device: device, settings: RunSettings(jobID: "0", outputFolder: ""))
    do throws(Failure) {
      for (action, strategy) in try context.strategies() {
        if let lack = strategy.shortcoming {
          findings.add(finding(.error, lack.code, lack.message, at: action.common.node, advice: lack.advice))
        }
        guard let part = strategy.plannedOnly else { continue }
        findings.add(
          finding(
            .warning,
            "method-not-supported",
            "\(part) can be planned, but 'run' of this version of Pumice will refuse it",
            at: action.methodNode,
            advice: "See the table of limits in README.md."
          )
        )
      }
      let names = try ActionNames(context)
      let plan = try context.plan()
      findings.add(contentsOf: names.findings(of: self))
      findings.add(contentsOf: names.unreachable(in: plan, of: self))
      findings.add(contentsOf: self.findings(attemptsOf: plan))
    } catch {
      findings.add(Diagnostic(.error, error.code, error.message, at: error.place, advice: error.advice))
    }
    return findings
  }

  /// Attempts that get no time. Behind the actions of the job the plan has `finalize`.
  private func findings(attemptsOf plan: Plan) -> DiagnosticList {
    var findings = DiagnosticList()
    for (action, block) in zip(actions, plan.blocks) {
      for text in block.attemptsWithoutTime {
        findings.add(
          finding(
            .warning,
            "attempts-without-time",
            text,
            at: action.common.node,
            advice: "Raise its timeout, or lower 'failure_retry': 'pumice plan' shows what each action gets."
          )
        )
      }
    }
    return findings
  }

  private func finding(
    _ severity: Severity,
    _ code: String,
    _ message: String,
    at node: YAMLNode,
    expected: String? = nil,
    suggestion: String? = nil,
    advice: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      severity,
      code,
      message,
      at: place(of: node),
      length: node.length,
      expected: expected,
      suggestion: suggestion,
      advice: advice
    )
  }

  private func findings(_ deploy: Deploy, _ keys: CommonKeys, on device: Device) -> DiagnosticList {
    var findings = DiagnosticList()
    if let need = deploy.need(of: device) {
      findings.add(
        finding(
          .error,
          "device-cannot-deploy",
          "the device \(device.file) cannot deploy to \(deploy.target.rawValue)",
          at: keys.node(of: deploy.medium == nil ? "to" : "device"),
          advice: "It needs \(need)."
        )
      )
    }
    if deploy.target == .ssh { findings.add(contentsOf: sshFindings(on: device, at: keys.node(of: "to"))) }
    for image in deploy.files where !ImageURL(image.url).isSupported {
      findings.add(
        finding(
          .warning,
          "download-not-supported",
          "'\(MaskedURL.text(image.url))' cannot be fetched by this version of Pumice: 'run' will refuse it",
          at: image.node["url"] ?? image.node,
          advice: "Fetch it yourself and give its path, relative to the job's file."
        )
      )
    }
    if let os = deploy.os, DeploymentData(os: os) == nil {
      findings.add(
        finding(
          .warning,
          "unknown-os",
          "'\(os)' is not an operating system that Pumice knows: the device's own shell is used",
          at: keys.node(of: "os"),
          expected: "one of: \(DeploymentData.names.joined(separator: ", "))",
          suggestion: Suggestion.nearest(to: os, among: DeploymentData.names)
        )
      )
    }
    return findings
  }

  /// What is wrong with the way to a device that is reached over ssh.
  private func sshFindings(on device: Device, at node: YAMLNode) -> DiagnosticList {
    guard device.deployMethod("ssh") != nil else { return DiagnosticList() }
    var findings = DiagnosticList()
    do throws(Failure) {
      let ssh = try SSHDevice(device)
      for option in ssh.unknownOptions {
        findings.add(
          finding(
            .warning,
            "ssh-option-without-effect",
            "the ssh option '\(option)' of the device \(device.file) has no effect here",
            at: node,
            advice: "docs/SecureShell.md lists those that have one."
          )
        )
      }
      let commands = device.commands
      if ssh.host != nil, !(commands.hardReset + commands.powerOn + commands.powerOff).isEmpty {
        findings.add(
          finding(
            .error,
            "power-of-ssh-device",
            "the device \(device.file) has a 'host' to be reached at over ssh, and commands for its power",
            at: node,
            advice: "Such a device runs all the time: leave out its power commands, or the host."
          )
        )
      }
    } catch {
      findings.add(finding(.error, error.code, error.message, at: node, advice: error.advice))
    }
    return findings
  }

  private func findings(_ boot: Boot, _ keys: CommonKeys, on device: Device) -> DiagnosticList {
    var findings = DiagnosticList()
    if !boot.isPossible(on: device) {
      let known = device.bootMethods.mapping?.compactMap(\.key.string) ?? []
      findings.add(
        finding(
          .error,
          "device-cannot-boot",
          "the device \(device.file) cannot boot with method '\(boot.method.rawValue)'",
          at: keys.node(of: boot.bootloader == nil ? "method" : "bootloader"),
          expected: known.isEmpty ? nil : "one of: \(known.sorted().joined(separator: ", "))",
          advice: "Choose another method, or another device."
        )
      )
    }
    findings.add(contentsOf: self.findings(architectureOf: boot, keys, on: device))
    findings.add(contentsOf: self.findings(connectionOf: boot, keys, on: device))
    return findings
  }

  /// QEMU boots what the job's context says, if the device knows how (spec jobs §6.1).
  private func findings(architectureOf boot: Boot, _ keys: CommonKeys, on device: Device) -> DiagnosticList {
    let known = device.availableArchitectures
    guard Boot.Method.ofQEMU.contains(boot.method), !known.isEmpty, let name = context["arch"]?.string,
      !known.contains(name)
    else { return DiagnosticList() }
    return DiagnosticList([
      finding(
        .error,
        "unknown-architecture",
        "the device \(device.file) cannot emulate '\(name)', which 'context' has for 'arch'",
        at: architectureNode ?? keys.node(of: "method"),
        expected: known.count > 10 ? nil : "one of: \(known.sorted().joined(separator: ", "))",
        suggestion: Suggestion.nearest(to: name, among: known),
        advice: "The device file lists what it can under 'available_architectures'."
      )
    ])
  }

  /// Another console that the device has to have (spec jobs §6.9).
  private func findings(connectionOf boot: Boot, _ keys: CommonKeys, on device: Device) -> DiagnosticList {
    let known = device.commands.connections.map(\.name)
    guard boot.method == .newConnection, let name = boot.connection, !known.contains(name) else {
      return DiagnosticList()
    }
    return DiagnosticList([
      finding(
        .error,
        "unknown-connection",
        "the device \(device.file) has no connection '\(name)'",
        at: keys.node(of: "connection"),
        expected: known.isEmpty ? nil : "one of: \(known.joined(separator: ", "))",
        suggestion: Suggestion.nearest(to: name, among: known),
        advice: "Add it under commands.connections of the device."
      )
    ])
  }

  private func findings(command name: String, _ keys: CommonKeys, on device: Device) -> DiagnosticList {
    guard device.commands.commands(named: name) == nil, name != UserCommand.stopServices else {
      return DiagnosticList()
    }
    let isBuiltIn = UserCommand.builtIn.contains(name)
    let users = device.commands.users.map(\.name)
    return DiagnosticList([
      finding(
        .error,
        "unknown-command",
        "the device \(device.file) has no command '\(name)'",
        at: keys.node(of: "name"),
        expected: users.isEmpty || isBuiltIn ? nil : "one of: \(users.joined(separator: ", "))",
        suggestion: isBuiltIn ? nil : Suggestion.nearest(to: name, among: UserCommand.builtIn + users),
        advice: isBuiltIn
          ? "Say what it runs: commands.\(name) of the device." : "Add it under commands.users of the device."
      )
    ])
  }

  private func findings(_ block: TestBlock) -> DiagnosticList {
    var findings = DiagnosticList()
    for step in block.sessions.flatMap(\.script) where step.callsGroup && !isNode && roles.isEmpty {
      findings.add(
        finding(
          .warning,
          "no-group",
          "this step calls the other boards of a group, and the job has one board only: the test ends here with an error",
          at: step.node,
          advice: "Give the job roles under 'protocols: lava-multinode:', or leave the step out."
        )
      )
    }
    return findings
  }
}

extension JobAction {
  /// Where the job says what kind of block it is.
  fileprivate var methodNode: YAMLNode {
    switch body {
    case .deploy: common.node(of: "to")
    case .boot: common.node(of: "method")
    case .command: common.node(of: "name")
    case .test: common.node
    }
  }
}

extension Deploy {
  /// What of the device file the deploy needs and does not find (spec jobs §3.1); nil when nothing is missing.
  fileprivate func need(of device: Device) -> String? {
    let method: String
    switch target {
    case .downloads, .download: return nil
    case .usb, .sata, .sd:
      let medium = medium ?? ""
      let isThere = device.parameters["media"]?[target.rawValue]?[medium]?["uuid"] != nil
      return isThere ? nil : "'uuid' under parameters.media.\(target.rawValue).\(medium)"
    case .nfs where device.bootMethod("qemu-nfs") != nil: return nil
    case .tmpfs: method = "image"
    default: method = target.rawValue
    }
    return device.deployMethod(method) == nil ? "'\(method)' under actions.deploy.methods" : nil
  }
}

extension Boot {
  /// Whether the device has what the method needs (spec jobs §3.1).
  fileprivate func isPossible(on device: Device) -> Bool {
    switch method {
    case .kexec, .newConnection: true
    case .qemu, .qemuNFS, .monitor: device.bootMethod("qemu") != nil || device.bootMethod("qemu-nfs") != nil
    case .bootloader: bootloader.flatMap(device.bootMethod) != nil
    default: device.bootMethod(method.rawValue) != nil
    }
  }
}
