// SPDX-License-Identifier: Apache-2.0

package import YAMLDocument

/// A device as its file describes it: rendered YAML, as LAVA gives it to its workers (spec jobs §9).
package struct Device: Sendable {
  /// The file as the user named it.
  package var file: String
  package var hostname: String
  package var deviceType: String
  /// The board's architecture in Pumice's words, if the file states it: which helpers fit.
  package var architecture: String?
  /// Architectures that the device type's emulator knows.
  package var availableArchitectures: [String]
  /// `constants`, as they stand.
  package var constants: YAMLValue
  package var commands: DeviceCommands
  package var power: PowerSettings
  /// Milliseconds between two characters that are typed.
  package var characterDelays: CharacterDelays
  package var timeouts: StatedTimeouts
  package var environment: YAMLValue
  package var deviceInfo: YAMLValue
  package var staticInfo: YAMLValue
  package var storageInfo: YAMLValue
  /// `parameters`, as they stand.
  package var parameters: YAMLValue
  /// `actions.deploy.methods`, by name.
  package var deployMethods: YAMLValue
  /// `actions.deploy.parameters`: what is done to files before a boot loader gets them.
  package var deployParameters: YAMLValue
  /// `actions.boot.methods`, by name.
  package var bootMethods: YAMLValue
  /// `flash_cmds_order`: the labels of images in the order they are flashed.
  package var flashOrder: [String]
  /// The host's address as the board sees it; Pumice's own key for devices behind user networking.
  package var dispatcherIP: String?
  /// The program that runs containers, such as `podman`; Pumice's own key.
  package var containerProgram: String?
  /// `board_id`
  package var boardID: String?
  /// `adb_serial_number`
  package var adbSerialNumber: String?

  /// Whether there is one of it: a board with a power supply, not a program that can be started several times.
  package var isOneOfAKind: Bool { !(commands.hardReset + commands.powerOn).isEmpty }
}

/// What the host runs to control a device.
package struct DeviceCommands: Sendable {
  /// Opens the console: that of the first connection that is tagged `primary`, or the deprecated `connect`.
  package var connect: String?
  /// `connections`: every console that the device has, in the order of the file.
  package var connections: [DeviceConnection] = []
  package var hardReset: [String]
  package var powerOn: [String]
  package var powerOff: [String]
  package var prePower: [String]
  package var preOs: [String]
  package var softReboot: [String]
  /// The device's own commands, which `command` actions run.
  package var users: [UserCommands] = []
  /// Those of LAVA's other commands that `command` actions may name: `recovery_mode`, `recovery_exit`, ….
  package var others: [String: [String]] = [:]
}

/// A command of the device's own (`commands.users`).
package struct UserCommands: Sendable, Hashable {
  package var name: String
  /// What `do` says.
  package var run: [String]
  /// What takes it back at the end of the job; nothing where it cannot be.
  package var undo: [String]

  package init(name: String, run: [String], undo: [String]) {
    self.name = name
    self.run = run
    self.undo = undo
  }
}

/// A console of a device (spec jobs §9).
package struct DeviceConnection: Sendable, Hashable {
  package var name: String
  /// The command that opens it.
  package var connect: String
  /// `primary` for the one that boots are watched on.
  package var tags: [String]

  package init(name: String, connect: String, tags: [String]) {
    self.name = name
    self.connect = connect
    self.tags = tags
  }
}

/// Pauses between typed characters, for consoles that lose them.
package struct CharacterDelays: Sendable, Hashable {
  package var deploy: Duration = .zero
  package var boot: Duration = .zero
  package var test: Duration = .zero
}

extension Device {
  /// A device constant by its path, such as `posix`, `lava_test_results_dir`.
  package func constant(_ path: String...) -> YAMLValue? {
    path.reduce(Optional(constants)) { $0?[$1] }
  }

  /// The parameters of a boot method, or nil when the device cannot boot that way.
  package func bootMethod(_ name: String) -> YAMLValue? { deployOrBoot(bootMethods, name) }

  /// The parameters of a deploy method, or nil when the device cannot deploy that way.
  package func deployMethod(_ name: String) -> YAMLValue? { deployOrBoot(deployMethods, name) }

  /// A method that is named without parameters (`minimal:`) is there all the same.
  private func deployOrBoot(_ methods: YAMLValue, _ name: String) -> YAMLValue? {
    guard let pair = methods.mapping?.first(where: { $0.key == .string(name) }) else { return nil }
    return pair.value == .null ? .mapping([]) : pair.value
  }
}
