// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

extension VMGroupJob {
  /// The job of a group that this one becomes: a role for the host, and one of connections to it for each kind of machine,
  /// whose nodes log in to the host by ssh, start their machine in that shell, and run their tests in it.
  package var converted: YAMLValue {
    [
      "job_name": .string(name),
      "visibility": "public",
      "priority": "medium",
      "timeouts": [
        "job": Self.time(timeout), "action": Self.time(timeout), "connection": Self.time(min(timeout, 300)),
      ],
      "protocols": ["lava-multinode": ["timeout": Self.time(timeout), "roles": .mapping(roles)]],
      "actions": .sequence(hostStart + machines.flatMap(machineStart) + tests),
    ]
  }

  /// Seconds in the largest unit that they are whole in.
  private static func time(_ seconds: Int) -> YAMLValue {
    for (unit, size) in [("hours", 3600), ("minutes", 60)] where seconds % size == 0 {
      return .mapping([.init(.string(unit), .int(seconds / size))])
    }
    return ["seconds": .int(seconds)]
  }

  private var roles: [YAMLValue.Pair] {
    [.init(.string(host.role), ["device_type": .string(host.deviceType), "count": 1])]
      + machines.map { machine in
        var pairs: [YAMLValue.Pair] = [
          .init("connection", "ssh"), .init("count", .int(machine.count)), .init("host_role", .string(host.role)),
          .init("expect_role", .string(host.role)),
        ]
        if startsMachines { pairs.append(.init("request", "lava-start")) }
        return .init(.string(machine.role), .mapping(pairs))
      }
  }

  /// A block of a job's actions.
  private static func block(_ kind: String, _ roles: [String], _ timeout: Int?, _ body: YAMLValue) -> YAMLValue {
    var pairs: [YAMLValue.Pair] = [.init("role", .sequence(roles.map { .string($0) }))]
    if let timeout { pairs.append(.init("timeout", time(timeout))) }
    return .mapping([.init(.string(kind), .mapping(pairs + (body.mapping ?? [])))])
  }

  private static func inline(_ name: String, _ steps: String...) -> YAMLValue {
    [
      "from": "inline", "name": .string(name), "path": .string("inline/\(name).yaml"),
      "repository": [
        "metadata": ["format": "Lava-Test Test Definition 1.0", "name": .string(name)],
        "run": ["steps": .sequence(steps.map { .string($0) })],
      ],
    ]
  }
}

// MARK: - The host

extension VMGroupJob {
  /// From the deploy to the message that starts the machines.
  private var hostStart: [YAMLValue] {
    let steps = actions.filter { $0.role == host.role }
    var blocks: [YAMLValue] = []
    for action in steps {
      guard case .deploy(let files) = action.work else { continue }
      let boot = steps.first { if case .boot = $0.work { true } else { false } }
      blocks.append(Self.block("deploy", [host.role], action.timeout, deploy(files)))
      blocks.append(Self.block("boot", [host.role], boot?.timeout, self.boot(files)))
    }
    let address = "lava-send ipv4 ipaddr=$(lava-echo-ipv4 $(ip -4 route show default | awk '{print $5; exit}'))"
    let clean = "rm -f \(MachineLaunch.processFiles)*"
    let start =
      startsMachines
      ? Self.inline("start-vms", clean, address, "lava-send lava_start") : Self.inline("start-vms", clean, address)
    return blocks + [Self.block("test", [host.role], nil, ["definitions": [start]])]
  }

  private func deploy(_ files: DeployedFiles) -> YAMLValue {
    switch files {
    case .image(let url):
      let image = Self.file(url, ["image_arg": "-drive format=raw,file={rootfs}"])
      return ["to": "tmpfs", "os": "debian", "authorize": "ssh", "images": ["rootfs": image]]
    case .parts(let parts):
      let files = parts.map { part -> YAMLValue.Pair in
        let more: YAMLValue =
          switch part.label {
          case "kernel": ["type": .string(Self.kernelType(part.url))]
          default: .mapping([])
          }
        return .init(.string(part.label), Self.file(part.url, more))
      }
      return .mapping([.init("to", "tftp"), .init("os", "debian"), .init("authorize", "ssh")] + files)
    }
  }

  private func boot(_ files: DeployedFiles) -> YAMLValue {
    switch files {
    case .image: return ["method": "qemu", "prompts": [.string(usualPrompt)]]
    case .parts(let parts):
      let commands = parts.contains { $0.label == "nfsrootfs" } ? "nfs" : "ramdisk"
      return ["method": "u-boot", "commands": .string(commands), "prompts": [.string(usualPrompt)]]
    }
  }

  private static func file(_ url: String, _ more: YAMLValue) -> YAMLValue {
    var pairs: [YAMLValue.Pair] = [.init("url", .string(url))]
    for compression in ["gz", "xz", "bz2"] where url.hasSuffix(".\(compression)") {
      pairs.append(.init("compression", .string(compression)))
    }
    return .mapping(pairs + (more.mapping ?? []))
  }

  /// By the file's name; most boards of that time had a zImage.
  private static func kernelType(_ url: String) -> String {
    let file = (url.split(separator: "/").last ?? "").lowercased()
    return file.hasPrefix("uimage") ? "uimage" : file.hasPrefix("image") ? "image" : "zimage"
  }
}

// MARK: - The machines

extension VMGroupJob {
  private func machineStart(_ machine: VirtualMachine) -> [YAMLValue] {
    let prompts = [usualPrompt, machine.prompt]
    let distinct = prompts[0] == prompts[1] ? [prompts[0]] : prompts
    var login: [YAMLValue.Pair] = [
      .init("method", "ssh"), .init("prompts", .sequence(distinct.map { .string($0) })),
      .init("parameters", ["hostID": "ipv4", "host_key": "ipaddr"]),
    ]
    if !startsMachines {
      // What the host's test sends by lava-start-vms.
      login.append(.init("protocols", Self.waiting(["action": "login-ssh", "messageID": "lava_vm_start"])))
    }
    return [
      Self.block(
        "deploy",
        [machine.role],
        nil,
        [
          "to": "ssh", "os": "debian",
          "protocols": Self.waiting([
            "action": "prepare-scp-overlay", "messageID": "ipv4", "message": ["ipaddr": "$ipaddr"],
          ]),
        ]
      ),
      Self.block("boot", [machine.role], nil, .mapping(login)),
      Self.block("test", [machine.role], nil, ["interactive": MachineLaunch(machine: machine).sessions]),
    ]
  }

  private static func waiting(_ call: YAMLValue) -> YAMLValue {
    ["lava-multinode": [.mapping([.init("request", "lava-wait")] + (call.mapping ?? []))]]
  }
}

// MARK: - Tests

extension VMGroupJob {
  /// The tests of all, with what V1 did by itself between them: the host waits for the machines behind its first one.
  private var tests: [YAMLValue] {
    let shells = actions.compactMap { action -> (role: String?, timeout: Int?, definitions: [YAMLValue])? in
      guard case .test(let definitions) = action.work else { return nil }
      return (action.role, action.timeout, definitions)
    }
    let firstOfHost = shells.firstIndex { $0.role == nil || $0.role == host.role } ?? shells.count - 1
    let lastOfMachines = shells.lastIndex { $0.role != host.role } ?? -1
    let machineRoles = machines.map(\.role)
    let end = Self.block("test", machineRoles, nil, ["definitions": [Self.inline("vm-done", "lava-send lava_vm_stop")]])
    var blocks = lastOfMachines < 0 ? [end] : []
    if firstOfHost < 0 { blocks.append(hostWait) }
    var names = DefinitionNames()
    for (index, shell) in shells.enumerated() {
      let roles = shell.role.map { [$0] } ?? [host.role] + machineRoles
      let definitions = shell.definitions.map { names.distinguish($0) }
      blocks.append(Self.block("test", roles, shell.timeout, ["definitions": .sequence(definitions)]))
      if index == lastOfMachines { blocks.append(end) }
      if index == firstOfHost { blocks.append(hostWait) }
    }
    return blocks
  }

  /// Until the tests of all machines are over, and then until the shells that have started them are gone.
  private var hostWait: YAMLValue {
    let closing =
      "for vm in \(MachineLaunch.processFiles)*; do for i in $(seq 600); do kill -0 \"$(cat \"$vm\")\" || break; "
      + "sleep 0.1; done; done 2>/dev/null"
    let wait = Self.inline("wait-for-vms", "lava-wait-for-vms", closing)
    return Self.block("test", [host.role], nil, ["definitions": [wait]])
  }
}

/// Makes the names of definitions differ, as they must in one job.
private struct DefinitionNames {
  private var taken: Set<String> = ["start-vms", "wait-for-vms", "vm-done"]

  mutating func distinguish(_ definition: YAMLValue) -> YAMLValue {
    guard var pairs = definition.mapping, let index = pairs.firstIndex(where: { $0.key == "name" }),
      let name = pairs[index].value.string
    else { return definition }
    var own = name
    var number = 2
    while !taken.insert(own).inserted {
      own = "\(name)-\(number)"
      number += 1
    }
    pairs[index].value = .string(own)
    return .mapping(pairs)
  }
}
