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
}

/// What the host runs to control a device.
package struct DeviceCommands: Sendable {
  /// Opens the console.
  package var connect: String?
  package var hardReset: [String]
  package var powerOn: [String]
  package var powerOff: [String]
  package var prePower: [String]
  package var preOs: [String]
  package var softReboot: [String]
  /// The names of the device's own commands, which `command` actions run.
  package var users: [String] = []
}

/// Pauses between typed characters, for consoles that lose them.
package struct CharacterDelays: Sendable, Hashable {
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
