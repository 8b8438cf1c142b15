// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import HostTools
import JobModel
import Testing
import YAMLDocument

/// The devices and the bases of `Examples/devices`.
@Suite struct DeviceExampleTests {
  @Test(arguments: ["qemu-x86", "qemu-arm64", "namespace", "ssh"]) func exampleReadsStrictly(name: String) throws {
    let reading = Reading(try Examples.device(name), isStrict: true)
    #expect(Device(reading) != nil)
    #expect(reading.findings == [])
  }

  /// A base is a device that is not complete: nothing in it is wrong.
  @Test(arguments: ["base", "qemu", "minimal", "ssh"]) func baseReadsStrictly(name: String) throws {
    let reading = Reading(try Examples.device("bases/\(name)"), isStrict: true)
    #expect(Device(reading) != nil)
    #expect(reading.findings == [])
  }

  /// The defaults of LAVA's base template (spec jobs §9), in seconds.
  @Test func timeoutsOfTheBaseAreLAVAs() throws {
    let device = try #require(Device(Reading(try Examples.device("bases/base"))))
    let actions = [
      "lava-test-shell": 180, "power-off": 10, "download-retry": 900, "http-download": 300, "auto-login-action": 120,
      "bootloader-commands": 180, "bootloader-interrupt": 30, "uboot-action": 180, "uboot-commands": 180,
      "boot-image-retry": 120, "boot-qemu-image": 120, "dd-image": 600, "nfs-deploy": 600,
    ]
    for (name, seconds) in actions { #expect(device.timeouts.actions[name]?.duration == .seconds(seconds)) }
    let connections = [
      "lava-test-shell": 10, "auto-login-action": 120, "uboot-commands": 30, "bootloader-commands": 30,
      "bootloader-interrupt": 30, "dd-image": 600,
    ]
    for (name, seconds) in connections {
      #expect(device.timeouts.connections[name]?.duration == .seconds(seconds))
    }
  }

  /// Every timeout and every constant but the boot loaders' error messages is as LAVA renders it.
  @Test(.enabled(if: Conformance.isPresent, "../shared/conformance is not there"))
  func theBaseIsWhatLAVARenders() throws {
    let ours = try Examples.device("bases/base").root.value
    let bytes = try #require(Conformance.read("plan/uboot/device.yaml"))
    let theirs = try YAMLDocument(parsing: bytes, file: "uboot").root.value
    for path in [["timeouts", "actions"], ["timeouts", "connections"]] {
      for pair in try #require(ours.at(path)?.mapping) {
        #expect(theirs.at(path)?[try #require(pair.key.string)] == pair.value, "\(path) \(pair.key)")
      }
    }
    for pair in try #require(ours["constants"]?.mapping) {
      let name = try #require(pair.key.string)
      guard let section = pair.value.mapping else {
        #expect(theirs.at(["constants", name]) == pair.value, "\(name)")
        continue
      }
      for pair in section where pair.key != "error-messages" {
        #expect(theirs.at(["constants", name, try #require(pair.key.string)]) == pair.value, "\(name) \(pair.key)")
      }
    }
  }

  /// What LAVA renders for a board can be a base as it is, its keys without values and its nulls with it.
  @Test(
    .enabled(if: Conformance.isPresent, "../shared/conformance is not there"),
    arguments: ["kvm", "qemu-nfs", "docker-interactive", "uboot"]
  )
  func aRenderedDeviceIsABase(name: String) throws {
    let bytes = try #require(Conformance.read("plan/\(name)/device.yaml"))
    let rendered = try YAMLDocument(parsing: bytes, file: name)
    let device = try YAMLDocument(parsing: Array("extends: rendered\n".utf8), file: "device.yaml")
    #expect(try device.withBases { _, _ in .found(rendered) }.root.value == rendered.root.value)
  }

  /// A QEMU example has the base's drive for the overlay and its own options.
  @Test func aQemuExample() throws {
    let device = try #require(Device(Reading(try Examples.device("qemu-arm64"))))
    #expect(device.hostname == "qemu-arm64")
    #expect(device.deployMethod("image")?["parameters"]?["guest"]?["driveid"] == "lavatest")
    #expect(device.bootMethod("qemu")?["parameters"]?["command"] == "qemu-system-aarch64")
    #expect(device.bootMethod("qemu")?["parameters"]?["options"]?.sequence?.first == "-machine virt")
    #expect(device.timeouts.actions["download-retry"]?.duration == .seconds(120))
    #expect(device.timeouts.actions["boot-qemu-image"]?.duration == .seconds(120))
    #expect(device.constant("kernel-start-message") == "Linux version [0-9]")
  }

  @Test func theNamespaceExample() throws {
    let device = try #require(Device(Reading(try Examples.device("namespace"))))
    #expect(device.file.hasSuffix("devices/namespace.yaml"))
    #expect(device.bootMethod("minimal") == [:])
    #expect(device.bootMethod("qemu") == nil)
    #expect(device.deployMethod("overlay") == [:])
    // Ten seconds are not added to the two minutes of the base.
    #expect(device.timeouts.actions["auto-login-action"]?.duration == .seconds(10))
    #expect(device.constant("kernel-start-message") == "")
  }
}

/// The folder `Examples` of this checkout.
private enum Examples {
  private static let devices = "\(SourceTree.root)/Examples/devices/"

  /// A device file with its bases, which are in the folder `bases`.
  static func device(_ name: String) throws -> YAMLDocument {
    try file("\(name).yaml").withBases { base, _ in
      do throws(DiagnosticList) {
        return .found(try file("bases/\(base).yaml"))
      } catch {
        return .unreadable(error)
      }
    }
  }

  private static func file(_ path: String) throws(DiagnosticList) -> YAMLDocument {
    let bytes = bytes(of: devices + path)
    guard !bytes.isEmpty else {
      throw DiagnosticList([Diagnostic(.error, "unreadable", "\(path) cannot be read")])
    }
    return try YAMLDocument(parsing: bytes, file: devices + path)
  }
}

extension YAMLValue {
  fileprivate func at(_ path: [String]) -> YAMLValue? { path.reduce(Optional(self)) { $0?[$1] } }
}
