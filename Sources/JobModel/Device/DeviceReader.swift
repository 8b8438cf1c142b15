// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

extension Device {
  /// Reads a device file that extends nothing, or one that was put together by `YAMLDocument.withBases`. Gives nil when
  /// anything is an error; everything found is in `reading.diagnostics`.
  package init?(_ reading: Reading) {
    guard var top = MappingReader(reading.document.root, what: "the device", reading: reading) else { return nil }
    guard !top.has("job_name") else {
      reading.report(
        .error,
        "wrong-file",
        "this is a job, not a device file",
        at: reading.document.root,
        advice: "Give the file of a device with --device."
      )
      return nil
    }
    top.acceptKnownKeys()
    top.correct(["actions"])
    if let bases = top.entry("extends") {
      let message = "the bases that this device file extends were not read"
      let advice = "Give the complete file, which 'pumice device show --format yaml' prints."
      reading.report(.error, "bases-not-read", message, at: bases.key, advice: advice)
    }
    let methods = reading.deviceMethods(&top)
    self.init(
      file: reading.document.file,
      hostname: top.firstName("hostname"),
      deviceType: top.firstName("devicetype", "device_type"),
      architecture: top.filledString("architecture"),
      availableArchitectures: top.strings("available_architectures") ?? [],
      constants: reading.constants(&top),
      commands: reading.deviceCommands(&top),
      power: reading.powerSettings(&top),
      characterDelays: reading.characterDelays(&top),
      timeouts: reading.deviceTimeouts(&top),
      environment: reading.environment(&top),
      deviceInfo: top.mappings("device_info"),
      staticInfo: top.mappings("static_info"),
      storageInfo: top.mappings("storage_info"),
      parameters: reading.boardParameters(&top),
      deployMethods: methods.deploy,
      deployParameters: methods.deployParameters,
      bootMethods: methods.boot,
      flashOrder: top.strings("flash_cmds_order") ?? [],
      dispatcherIP: top.filledString("dispatcher_ip"),
      containerProgram: top.filledString("container_program"),
      boardID: top.optionalName("board_id"),
      adbSerialNumber: top.optionalName("adb_serial_number")
    )
    top.close()
    guard !reading.diagnostics.hasErrors else { return nil }
  }
}

extension MappingReader {
  /// The keys of a device (spec jobs §9): those that are read, and those of methods that are not supported yet.
  fileprivate mutating func acceptKnownKeys() {
    accept("hostname", "devicetype", "device_type", "architecture", "available_architectures", "constants", "commands")
    accept("character_delays", "timeouts", "environment", "device_info", "static_info", "storage_info", "parameters")
    accept("actions", "dispatcher_ip", "container_program", "power")
    acceptUnlisted([
      "flash_cmds_order", "board_id", "device_ip", "usb_vendor_id", "usb_product_id", "usb_sleep",
      "usb_filesystem_label", "usb_serial_driver", "board_qdl_id", "adb_serial_number", "adb_auto_detection",
      "fastboot_serial_number", "fastboot_options", "fastboot_via_uboot",
      "fastboot_auto_detection", "fastboot_sequence",
    ])
  }

  /// A list of mappings, as it stands.
  fileprivate mutating func mappings(_ key: String) -> YAMLValue {
    guard let items = list(key) else { return .null }
    for item in items {
      guard case .mapping = item.content else {
        reading.refuse(item, of: "an item of '\(key)'", expected: "a mapping of names to values")
        continue
      }
    }
    return node[key]?.value ?? .null
  }

  /// The first of some keys that holds a name; empty when none does.
  fileprivate mutating func firstName(_ keys: String...) -> String {
    let names = keys.compactMap { optionalName($0) }
    return names.first { !$0.isEmpty } ?? ""
  }

  /// A name, which may be a number: LAVA prints it.
  fileprivate mutating func optionalName(_ key: String) -> String? {
    guard let node = node(key) else { return nil }
    if case .scalar(let scalar) = node.content, case .int(let number) = scalar.value { return "\(number)" }
    return reading.string(node, what: "'\(key)'")
  }
}

extension Reading {
  fileprivate func deviceMethods(_ top: inout MappingReader) -> (
    deploy: YAMLValue, deployParameters: YAMLValue, boot: YAMLValue
  ) {
    let nothing = (deploy: YAMLValue.mapping([]), deployParameters: YAMLValue.null, boot: YAMLValue.mapping([]))
    let expected = "the methods: actions: {deploy: {methods: …}, boot: {methods: …}}"
    guard var actions = top.mapping("actions", required: true, expected: expected) else { return nothing }
    _ = actions.freeMapping("test")
    actions.correct(["deploy", "boot"])
    let deploy = methods(&actions, "deploy", checkDeployMethod)
    let boot = methods(&actions, "boot", checkBootMethod)
    actions.close()
    return (deploy.methods, deploy.parameters, boot.methods)
  }

  /// The `methods` of a section, and its `parameters`. A method has a mapping, a form of its own, or nothing.
  private func methods(
    _ actions: inout MappingReader,
    _ section: String,
    _ check: (_ name: OwnMethod, _ method: inout MappingReader) -> Void
  ) -> (methods: YAMLValue, parameters: YAMLValue) {
    guard var reader = actions.mapping(section, required: true) else { return (.mapping([]), .null) }
    reader.accept("parameters")
    _ = reader.freeMapping("connections")
    reader.correct(["methods"])
    defer { reader.close() }
    let parameters = section == "deploy" ? deployParameters(&reader) : .null
    // Where a device has none, LAVA's templates leave nothing behind the colon.
    let isThere = reader.entry("methods") != nil
    guard var methods = reader.mapping("methods", required: !isThere) else { return (.mapping([]), parameters) }
    for (name, entry) in methods.table() {
      if let name = OwnMethod(rawValue: name), var method = methods.mapping(under: entry) { check(name, &method) }
    }
    return (methods.node.value, parameters)
  }

  fileprivate func deviceTimeouts(_ top: inout MappingReader) -> StatedTimeouts {
    var timeouts = StatedTimeouts()
    guard var reader = top.mapping("timeouts") else { return timeouts }
    timeouts.actions = timeoutTable(&reader, "actions")
    timeouts.connections = timeoutTable(&reader, "connections")
    reader.close()
    return timeouts
  }

  fileprivate func characterDelays(_ top: inout MappingReader) -> CharacterDelays {
    var delays = CharacterDelays()
    guard var reader = top.mapping("character_delays") else { return delays }
    delays.deploy = .milliseconds(reader.int("deploy", atLeast: 0) ?? 0)
    delays.boot = .milliseconds(reader.int("boot", atLeast: 0) ?? 0)
    delays.test = .milliseconds(reader.int("test", atLeast: 0) ?? 0)
    reader.close()
    return delays
  }
}

// MARK: - Commands

extension Reading {
  fileprivate func deviceCommands(_ top: inout MappingReader) -> DeviceCommands {
    guard var reader = top.mapping("commands") else {
      return DeviceCommands(hardReset: [], powerOn: [], powerOff: [], prePower: [], preOs: [], softReboot: [])
    }
    let connections = connections(&reader)
    let primary = connections.first { $0.tags.contains("primary") }
    let plain = reader.filledString("connect")
    let commands = DeviceCommands(
      connect: primary?.connect ?? plain,
      connections: connections,
      hardReset: reader.oneOrMoreStrings("hard_reset") ?? [],
      powerOn: reader.oneOrMoreStrings("power_on") ?? [],
      powerOff: reader.oneOrMoreStrings("power_off") ?? [],
      prePower: reader.oneOrMoreStrings("pre_power_command") ?? [],
      preOs: reader.oneOrMoreStrings("pre_os_command") ?? [],
      softReboot: reader.oneOrMoreStrings("soft_reboot") ?? [],
      users: userCommands(&reader),
      others: otherCommands(&reader)
    )
    // `commands` also holds the device's own command lists, by any name.
    reader.acceptOthers()
    reader.close()
    return commands
  }

  /// What stands under `users`: each has a command to `do`, and one to `undo` it if it can be undone.
  private func userCommands(_ commands: inout MappingReader) -> [UserCommands] {
    guard var users = commands.mapping("users") else { return [] }
    return users.table().map { name, entry in
      var own = UserCommands(name: name, run: [], undo: [])
      if var user = users.mapping(under: entry) {
        _ = user.node("do", required: true, expected: "a command, or a list of them")
        own.run = user.oneOrMoreStrings("do") ?? []
        own.undo = user.oneOrMoreStrings("undo") ?? []
        user.close()
      }
      return own
    }
  }

  /// LAVA's commands that only `command` actions run.
  private func otherCommands(_ commands: inout MappingReader) -> [String: [String]] {
    var others: [String: [String]] = [:]
    others["recovery_mode"] = commands.oneOrMoreStrings("recovery_mode")
    others["recovery_exit"] = commands.oneOrMoreStrings("recovery_exit")
    others["usbg_ms_commands_disable"] = commands.oneOrMoreStrings("usbg_ms_commands_disable")
    return others
  }

  /// The consoles; one that cannot be opened is left out.
  private func connections(_ commands: inout MappingReader) -> [DeviceConnection] {
    guard var connections = commands.mapping("connections") else { return [] }
    return connections.table().compactMap { name, entry in
      guard var connection = connections.mapping(under: entry) else { return nil }
      let tags = connection.strings("tags") ?? []
      let connect = connection.filledString("connect", required: true)
      connection.close()
      return connect.map { DeviceConnection(name: name, connect: $0, tags: tags) }
    }
  }
}
