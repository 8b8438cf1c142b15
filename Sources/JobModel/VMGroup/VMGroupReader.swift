// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// What V1 devices said of their prompts stands nowhere in a job; images of that time logged root in by themselves.
let usualPrompt = #"root@[^:]+:[^#]*# "#

/// Longest timeout of a V1 job in seconds: 1,000 days, as in jobs of now.
private let longestTimeout = 86400 * 1000

extension VMGroupJob {
  /// Reads a job of LAVA V1 with a `vm_group`. Gives nil when anything is an error; everything found is in
  /// `reading.diagnostics`.
  package init?(_ reading: Reading) {
    guard var top = MappingReader(reading.document.root, what: "the V1 job", reading: reading) else { return nil }
    top.drop(["logging_level"], now: "Leave it out: everything is logged.")
    top.correct(["job_name", "timeout", "vm_group", "actions"])
    let name = top.filledString("job_name", required: true)
    _ = top.node("timeout", required: true, expected: "the seconds that the whole job may take")
    let timeout = reading.seconds(&top)
    let group = reading.machineGroup(&top)
    let actions = reading.groupActions(&top, host: group?.host.role, machines: group?.machines ?? [])
    top.close()
    guard let name, let timeout, var group, !reading.diagnostics.hasErrors else { return nil }
    reading.settleImages(&group.machines, actions)
    reading.noteHostDeploy(actions, of: group.host.role)
    guard !reading.diagnostics.hasErrors else { return nil }
    let ownActions = actions.compactMap { action -> Action? in
      if case .test = action.work { return action.body }
      return action.body.role == group.host.role ? action.body : nil
    }
    self.init(
      name: name,
      timeout: timeout,
      host: group.host,
      startsMachines: group.startsMachines,
      machines: group.machines.map(\.machine),
      actions: ownActions
    )
  }
}

/// A machine and where it stands.
struct PlacedMachine {
  var machine: VirtualMachine
  var node: YAMLNode
  var imageNode: YAMLNode?
}

/// `vm_group` of a V1 job.
private struct MachineGroup {
  var host: VMGroupJob.Host
  var startsMachines: Bool
  var machines: [PlacedMachine]
}

extension Reading {
  /// The `timeout` of a V1 mapping, in seconds.
  func seconds(_ reader: inout MappingReader) -> Int? {
    guard let seconds = reader.int("timeout", atLeast: 1) else { return nil }
    guard seconds <= longestTimeout else {
      if let node = reader.node("timeout") { refuse(node, of: "'timeout'", expected: "1000 days at most, in seconds") }
      return nil
    }
    return seconds
  }

  fileprivate func machineGroup(_ top: inout MappingReader) -> MachineGroup? {
    guard var group = top.mapping("vm_group", required: true, expected: "the host and its machines: {host: …, vms: …}")
    else { return nil }
    group.correct(["host", "vms"])
    let startsMachines = group.bool("auto_start_vms") ?? true
    let host = groupHost(&group)
    let items = group.list("vms", required: true) ?? []
    if items.isEmpty, let node = group.node("vms") {
      report(.error, "no-machines", "'vms' of the V1 job is empty", at: node, expected: "the machines on the host")
    }
    let machines = items.compactMap(machine)
    group.close()
    checkRoles(of: machines, host: host?.role)
    guard let host else { return nil }
    return MachineGroup(host: host, startsMachines: startsMachines, machines: machines)
  }

  private func groupHost(_ group: inout MappingReader) -> VMGroupJob.Host? {
    guard var host = group.mapping("host", required: true, expected: "the board: {device_type: …, role: …}") else {
      return nil
    }
    host.correct(["device_type", "role"])
    let deviceType = host.filledString("device_type", required: true)
    let role = host.filledString("role", required: true)
    host.close()
    guard let deviceType, let role else { return nil }
    return VMGroupJob.Host(deviceType: deviceType, role: role)
  }

  private func machine(_ item: YAMLNode) -> PlacedMachine? {
    guard var reader = MappingReader(item, what: "the machine", reading: self) else { return nil }
    reader.correct(["device_type", "role"])
    let deviceType = reader.filledString("device_type", required: true)
    let role = reader.filledString("role", required: true)
    let count = reader.int("count", atLeast: 1) ?? 1
    let image = reader.filledString("image")
    let launch = reader.list("launch_with")
    let commands = (launch ?? []).compactMap { command($0) }
    if let launch, launch.isEmpty, let entry = reader.entry("launch_with") {
      report(.error, "no-commands", "'launch_with' is empty", at: entry.key, expected: "the commands that start the VM")
    }
    let prompt = reader.filledString("shell_prompt")
    let placed = PlacedMachine(
      machine: VirtualMachine(
        deviceType: deviceType ?? "",
        role: role ?? "",
        count: count,
        image: image,
        launchCommands: commands,
        prompt: prompt ?? usualPrompt
      ),
      node: reader.node("role") ?? item,
      imageNode: reader.node("image")
    )
    if let node = reader.node("launch_with"), let last = commands.last, !EmulatorCommand.starts(by: last) {
      report(
        .warning,
        "no-emulator",
        "'launch_with' ends with no command of QEMU: how the tests get into the VM is not known",
        at: node,
        advice:
          "The VM has to have the host's /lava-<id of the node>, or add to the converted job what brings it there."
      )
    }
    reader.close()
    return deviceType == nil || role == nil ? nil : placed
  }

  private func command(_ node: YAMLNode) -> String? {
    guard let text = filledString(node, what: "a command of 'launch_with'") else { return nil }
    guard !text.contains(where: \.isNewline) else {
      report(
        .error,
        "several-lines",
        "a command of 'launch_with' is one line",
        at: node,
        advice: "Make each line a command of its own."
      )
      return nil
    }
    return text
  }

  private func checkRoles(of machines: [PlacedMachine], host: String?) {
    var taken = Set([host].compactMap(\.self))
    for placed in machines where !taken.insert(placed.machine.role).inserted {
      report(
        .error,
        "duplicate-role",
        "the role '\(placed.machine.role.shortened)' is that of another machine, or of the host",
        at: placed.node,
        advice: "Give each kind of machine a role of its own; 'count' makes several of one."
      )
    }
  }

  /// Gives each machine the image that a deploy has for its role, and checks that each can be started.
  fileprivate func settleImages(_ machines: inout [PlacedMachine], _ actions: [PlacedAction]) {
    for index in machines.indices {
      let role = machines[index].machine.role
      for action in actions where action.body.role == role {
        guard case .deploy(let files) = action.body.work else { continue }
        guard case .image(let url) = files else {
          report(
            .error,
            "not-supported",
            "files for a boot loader are not deployed to a VM",
            at: action.node,
            advice: "Give the VM an 'image' that starts by itself, or say with 'launch_with' how it is started."
          )
          continue
        }
        if machines[index].machine.image != nil {
          report(
            .error,
            "two-images",
            "the VM '\(role.shortened)' has an image already",
            at: action.node,
            advice: "Leave out one of them."
          )
        }
        machines[index].machine.image = url
        machines[index].imageNode = action.fileNode
      }
      check(machines[index])
    }
  }

  /// V1 left it to the device how an image gets to the board; now the job says it.
  fileprivate func noteHostDeploy(_ actions: [PlacedAction], of host: String) {
    for action in actions where action.body.role == host {
      guard case .deploy(let files) = action.work else { continue }
      let (kind, blocks) =
        switch files {
        case .image: ("a host that QEMU starts", "'to: tmpfs' and 'method: qemu'")
        case .parts: ("a host that U-Boot starts from the network", "'to: tftp' and 'method: u-boot'")
        }
      report(
        .note,
        "host-deploy",
        "this becomes what \(kind) needs",
        at: action.node["command"] ?? action.node,
        advice: "Replace \(blocks) in the converted job where the host is another board."
      )
    }
  }

  private func check(_ placed: PlacedMachine) {
    let machine = placed.machine
    if let node = placed.imageNode, let image = machine.image {
      if !machine.launchCommands.isEmpty {
        report(
          .warning,
          "unused-image",
          "the image of '\(machine.role.shortened)' is not brought to the host: 'launch_with' has to know where it is",
          at: node
        )
      } else if !MachineLaunch.isFetched(image) {
        report(
          .warning,
          "image-on-host",
          "the host of the VMs has to have '\(MachineLaunch.path(of: image).shortened)': nothing brings it there",
          at: node,
          advice: "Put the file into the host's own image, or give an http URL, which the host fetches."
        )
      }
    }
    guard machine.launchCommands.isEmpty else { return }
    if machine.image == nil {
      report(
        .error,
        "no-image",
        "the VM '\(machine.role.shortened)' has no image",
        at: placed.node,
        expected: "'image', a deploy_linaro_image with its role, or 'launch_with'"
      )
    }
    if EmulatorCommand(deviceType: machine.deviceType) == nil {
      report(
        .error,
        "unknown-value",
        "how a '\(machine.deviceType.shortened)' is started is not known",
        at: placed.node,
        expected: "device_type: \(EmulatorCommand.deviceTypes)",
        advice: "Or say with 'launch_with' how it is started."
      )
    }
  }
}
