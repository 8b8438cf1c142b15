// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

extension Device {
  /// Reads a device file. Gives nil when anything is an error; everything found is in `reading.diagnostics`.
  package init?(_ reading: Reading) {
    guard var top = MappingReader(reading.document.root, what: "the device", reading: reading) else { return nil }
    let methods = reading.deviceMethods(&top)
    let commands = reading.deviceCommands(&top)
    let timeouts = reading.deviceTimeouts(&top)
    self.init(
      file: reading.document.file,
      hostname: top.optionalText("hostname"),
      deviceType: top.optionalText("devicetype", "device_type"),
      architecture: top.string("architecture"),
      availableArchitectures: top.strings("available_architectures") ?? [],
      constants: top.freeMapping("constants"),
      commands: commands,
      characterDelays: reading.characterDelays(&top),
      timeouts: timeouts,
      environment: top.freeMapping("environment"),
      deviceInfo: top.node("device_info")?.value ?? .null,
      staticInfo: top.node("static_info")?.value ?? .null,
      storageInfo: top.node("storage_info")?.value ?? .null,
      parameters: top.freeMapping("parameters"),
      deployMethods: methods.deploy,
      bootMethods: methods.boot,
      dispatcherIP: top.string("dispatcher_ip")
    )
    top.accept("flash_cmds_order", "adb_serial_number", "fastboot_serial_number", "fastboot_options", "board_id", "usb_vendor_id")
    top.accept("usb_product_id", "fastboot_via_uboot", "device_ip", "extends")
    top.close()
    guard !reading.diagnostics.hasErrors else { return nil }
  }
}

extension MappingReader {
  /// The first of some keys that holds a text; empty when none does.
  fileprivate mutating func optionalText(_ keys: String...) -> String {
    let texts = keys.map { string($0) ?? "" }
    return texts.first { !$0.isEmpty } ?? ""
  }
}

extension Reading {
  fileprivate func deviceMethods(_ top: inout MappingReader) -> (deploy: YAMLValue, boot: YAMLValue) {
    let nothing = (deploy: YAMLValue.mapping([]), boot: YAMLValue.mapping([]))
    guard let node = top.node("actions", required: true, expected: "the methods: actions: {deploy: {methods: …}, boot: {methods: …}}")
    else { return nothing }
    guard var actions = MappingReader(node, what: "'actions' of the device", reading: self) else { return nothing }
    func methods(_ section: String) -> YAMLValue {
      guard var reader = actions.mapping(section, required: true) else { return .mapping([]) }
      _ = reader.node("methods", required: true, expected: "a mapping of method names to their parameters")
      let methods = reader.freeMapping("methods")
      reader.accept("connections", "parameters")
      reader.close()
      return methods
    }
    let deploy = methods("deploy")
    let boot = methods("boot")
    actions.close()
    return (deploy, boot)
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
    delays.boot = .milliseconds(reader.int("boot", atLeast: 0) ?? 0)
    delays.test = .milliseconds(reader.int("test", atLeast: 0) ?? 0)
    reader.accept("deploy")
    reader.close()
    return delays
  }

  fileprivate func deviceCommands(_ top: inout MappingReader) -> DeviceCommands {
    guard var reader = top.mapping("commands") else {
      return DeviceCommands(
        connect: nil,
        hardReset: [],
        powerOn: [],
        powerOff: [],
        prePower: [],
        preOs: [],
        softReboot: []
      )
    }
    let commands = DeviceCommands(
      connect: primaryConnection(&reader) ?? reader.string("connect"),
      hardReset: reader.oneOrMoreStrings("hard_reset") ?? [],
      powerOn: reader.oneOrMoreStrings("power_on") ?? [],
      powerOff: reader.oneOrMoreStrings("power_off") ?? [],
      prePower: reader.oneOrMoreStrings("pre_power_command") ?? [],
      preOs: reader.oneOrMoreStrings("pre_os_command") ?? [],
      softReboot: reader.oneOrMoreStrings("soft_reboot") ?? []
    )
    // `commands` also holds the device's own command lists, by any name.
    reader.acceptAll()
    return commands
  }

  /// The `connect` of the connection that is tagged `primary`.
  private func primaryConnection(_ commands: inout MappingReader) -> String? {
    guard var connections = commands.mapping("connections") else { return nil }
    for name in connections.keys {
      guard var connection = connections.mapping(name) else { continue }
      let tags = connection.strings("tags") ?? []
      let connect = connection.string("connect", required: true)
      connection.close()
      if tags.contains("primary") { return connect }
    }
    return nil
  }
}
