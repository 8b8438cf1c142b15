// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Device files in the short form, from their files to what is printed of them.
  @Suite struct DeviceShowTests {
    private let folder = TemporaryFolder()

    /// A device with a base beside it.
    private func writeDevice(base: String = DeviceShowTests.base) throws -> String {
      try #require(run(["mkdir", "-p", folder.file("bases")]).status == 0)
      _ = folder.write(base, to: "bases/rack.yaml")
      return folder.write(
        "extends: rack\nhostname: board-7\ncommands:\n  hard_reset: reset 7\n  power_on: null\n",
        to: "board-7.yaml"
      )
    }

    private static let base = """
      commands:
        hard_reset: reset
        power_on: [power on, sleep 1]
      actions:
        deploy: {methods: {overlay: }}
        boot: {methods: {minimal: }}

      """

    @Test func eachKeyWithItsOrigin() async throws {
      let path = try writeDevice()
      let expected = """
        commands:              # board-7.yaml:3
          hard_reset: reset 7  # board-7.yaml:4
        actions:               # bases/rack.yaml:4
          deploy:              # bases/rack.yaml:5
            methods:           # bases/rack.yaml:5
              overlay:         # bases/rack.yaml:5
          boot:                # bases/rack.yaml:6
            methods:           # bases/rack.yaml:6
              minimal:         # bases/rack.yaml:6
        hostname: board-7      # board-7.yaml:2

        """
      for arguments in [[path], [path, "--format", "yaml", "--origins"]] {
        let ending = try await show(arguments)
        #expect(ending.status == 0)
        #expect(ending.errorText == "")
        #expect(ending.outputText.replacing("\(folder.path)/", with: "") == expected)
      }
    }

    /// As LAVA renders it, and for programs: without origins, and the same values.
    @Test func formatsForPrograms() async throws {
      let path = try writeDevice()
      let yaml = try await show([path, "--format", "yaml"])
      #expect(
        yaml.outputText == """
          commands:
            hard_reset: reset 7
          actions:
            deploy:
              methods:
                overlay: null
            boot:
              methods:
                minimal: null
          hostname: board-7

          """
      )
      let json = try ResultFiles.json(try await show([path, "--format", "json"]).output)
      #expect(json["hostname"] == "board-7")
      #expect(json["commands"] == ["hard_reset": "reset 7"])
      #expect(json["actions"]?["boot"] == ["methods": ["minimal": .null]])
      #expect(try await show([path, "--format", "json", "--origins"]).status == 64)
    }

    /// What programs are given may stand elsewhere, as on a worker of LAVA: the folder is still that of the device file.
    @Test func theFolderOfTheFile() async throws {
      let text = """
        commands:
          connect: '{DEVICE_DIR}/console -v'
          hard_reset: ['{DEVICE_DIR}/power off', sleep 1]
          users: {lamp: {do: '{DEVICE_DIR}/lamp on'}}
        parameters: {note: '{DEVICE_DIR}'}
        actions: {deploy: {methods: {overlay: }}, boot: {methods: {minimal: }}}

        """
      let path = folder.write(text, to: "board.yaml")
      let ending = try await show([path, "--format", "yaml"])
      #expect(ending.status == 0, "\(ending.errorText)")
      #expect(
        ending.outputText.replacing(folder.path, with: "FOLDER") == """
          commands:
            connect: FOLDER/console -v
            hard_reset:
            - FOLDER/power off
            - sleep 1
            users:
              lamp:
                do: FOLDER/lamp on
          parameters:
            note: '{DEVICE_DIR}'
          actions:
            deploy:
              methods:
                overlay: null
            boot:
              methods:
                minimal: null

          """
      )
      let json = try ResultFiles.json(try await show([path, "--format", "json"]).output)
      #expect(json["commands"]?["connect"] == .string("\(folder.path)/console -v"))
      // With its origin each key is as it was written; and a folder that would be two words is not put into a line.
      #expect(try await show([path]).outputText.contains("  connect: '{DEVICE_DIR}/console -v'"))
      try #require(run(["mkdir", folder.file("two words")]).status == 0)
      let other = folder.write(text, to: "two words/board.yaml")
      #expect(try await show([other, "--format", "yaml"]).outputText.contains("  connect: '{DEVICE_DIR}/console -v'"))
    }

    /// From the list of what comes with Pumice, where there is no such base beside the device.
    @Test func aBaseThatComesWithPumice() async throws {
      let path = folder.write("extends: minimal\ncommands: {connect: telnet rack 7007}\n", to: "board.yaml")
      let ending = try await show([path])
      #expect(ending.status == 0, "\(ending.errorText)")
      let lines = ending.outputText.split(separator: "\n")
      #expect(lines.contains { $0.contains("  connect: telnet rack 7007  ") && $0.hasSuffix("/board.yaml:2") })
      #expect(lines.contains { $0.contains("      minimal:  ") && $0.contains("/devices/bases/minimal.yaml:") })
      #expect(lines.contains { $0.contains("    power-off:  ") && $0.contains("/devices/bases/base.yaml:") })
    }

    /// `PUMICE_SHARE` names the one folder for what comes with Pumice: device files too.
    @Test func aBaseInTheShareFolder() async throws {
      try #require(run(["mkdir", "-p", folder.file("share/devices/bases")]).status == 0)
      _ = folder.write(Self.base, to: "share/devices/bases/rack.yaml")
      let path = folder.write("extends: rack\nhostname: board-7\n", to: "board-7.yaml")
      let shared = try await show([path], share: folder.file("share"))
      #expect(shared.status == 0, "\(shared.errorText)")
      #expect(shared.outputText.contains("/share/devices/bases/rack.yaml:1\n"))
      #expect(try await show([path]).status == 2)
      let minimal = folder.write("extends: minimal\n", to: "board.yaml")
      let ending = try await show([minimal], share: folder.file("share"))
      #expect(ending.status == 2)
      #expect(ending.errorText.contains("  expected rack\n"))
    }

    @Test func aBaseFromStandardInput() async throws {
      let input = folder.write("extends: qemu\nhostname: [typed]\n", to: "input.yaml")
      let ending = try await pumice("device", "show", "-", input: input)
      #expect(ending.status == 2)
      #expect(ending.errorText.hasPrefix("<stdin>:2:11: error: 'hostname' cannot be a list\n"))
      #expect(ending.outputText.contains("driveid: lavatest"))
    }

    /// The excerpt is the base's line, not the line of that number in the device file.
    @Test func anErrorInABase() async throws {
      let path = try writeDevice(base: Self.base.replacing("[power on, sleep 1]", with: "x\n  soft_reboot: {a: b}"))
      let ending = try await show([path])
      #expect(ending.status == 2)
      #expect(
        ending.errorText.replacing("\(folder.path)/", with: "") == """
          bases/rack.yaml:4:16: error: 'soft_reboot' cannot be a mapping
            4 |   soft_reboot: {a: b}
              |                ^~~~~~
            expected a text
            A ': ', or a ':' at the end, makes a mapping of a text; put such a text in quotes.

          """
      )
      let json = try await pumice("validate", Checkout.example("first"), "--device", path, "--format", "json")
      #expect(json.status == 2)
      let finding = try #require(try ResultFiles.json(json.output).sequence?.first { $0["code"] == "wrong-type" })
      #expect(finding["file"] == .string(folder.file("bases/rack.yaml")))
      #expect(finding["line"] == .float(4))
    }

    @Test func aMissingBase() async throws {
      let path = try writeDevice(base: "extends: [qemuu]\n")
      let ending = try await pumice("plan", Checkout.example("first"), "--device", path)
      #expect(ending.status == 2)
      let lines = ending.errorText.replacing("\(folder.path)/", with: "").split(separator: "\n")
      #expect(
        lines.dropLast() == [
          "bases/rack.yaml:1:11: error: there is no base 'qemuu'",
          "  1 | extends: [qemuu]",
          "    |           ^~~~~",
          "  expected one of: base, grub, ipxe, minimal, qemu, rack, ssh, u-boot",
          "  did you mean 'qemu'?",
        ]
      )
      let last = try #require(lines.last)
      #expect(last.hasPrefix("  A base is a file with the ending .yaml in bases or /"))
      #expect(last.hasSuffix("/devices/bases."))
    }

    /// The short form is nothing but a way to write the complete one: the same tree, the same times.
    @Test(arguments: [("qemu-x86", "qemu-x86"), ("qemu-arm64", "qemu-arm64"), ("first", "namespace")])
    func theCompleteFilePlansTheSame(job: String, device: String) async throws {
      let complete = try await show([Checkout.device(device), "--format", "yaml"])
      #expect(!complete.outputText.contains("extends"))
      let path = folder.write(complete.outputText, to: "complete.yaml")
      let short = try await pumice(
        "plan",
        Checkout.example(job),
        "--device",
        Checkout.device(device),
        "--format",
        "json"
      )
      let long = try await pumice("plan", Checkout.example(job), "--device", path, "--format", "json")
      #expect([short.status, long.status] == [0, 0])
      // But for the place of what the device says.
      let lines = [short, long].map {
        $0.outputText.split(separator: "\n").filter { !$0.contains(#""timeout_place": "#) }
      }
      #expect(lines[0] == lines[1])
      #expect(short.outputText.contains("finalize"))
    }

    /// - Parameter share: `$PUMICE_SHARE`.
    private func show(_ arguments: [String], share: String = "") async throws -> HostProcess.Ending {
      let process = HostProcess([Checkout.program, "device", "show"] + arguments, environment: ["PUMICE_SHARE": share])
      return try #require(await process.ending(limit: PumiceRun.limit))
    }
  }
}
