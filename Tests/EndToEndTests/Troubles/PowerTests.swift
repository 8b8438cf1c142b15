// SPDX-License-Identifier: Apache-2.0

import HostTools
import Testing
import YAMLDocument

extension EndToEnd {
  /// Power switches that fail or hang, on the namespace board.
  @Suite(.enabled(if: Checkout.hasNamespaces, "this kernel gives us no namespaces"))
  struct PowerTests {
    /// A board whose commands are lines of a shell in `folder`; `more` is YAML of the device's top level.
    private static func device(
      _ folder: TemporaryFolder,
      _ commands: [String: String],
      _ more: String,
      timeout: String = ""
    ) -> String {
      var lines = ""
      for (name, script) in commands {
        let program = folder.write("#!/bin/sh\ncd '\(folder.path)'\n\(script)\n", to: name)
        #expect(run(["chmod", "+x", program]).status == 0)
        lines += "  \(name): \(program)\n"
      }
      let text = String(decoding: bytes(of: Checkout.device("namespace")), as: UTF8.self)
        .replacing("{DEVICE_DIR}", with: "\(Checkout.root)/Examples/devices")
        .replacing("  actions:\n", with: "  actions:\n    \(timeout)\n")
        .replacing("commands:\n", with: "\(more)\ncommands:\n\(lines)")
      return folder.write(text, to: "device.yaml")
    }

    private static func power(_ folder: TemporaryFolder) -> String {
      String(decoding: bytes(of: folder.file("power")), as: UTF8.self)
    }

    /// Each command works at its second try.
    @Test func switchThatFailsOnce() async throws {
      let folder = TemporaryFolder()
      let once = "echo $0 >> power; test -e $0.tried || { touch $0.tried; echo no answer; exit 9; }"
      let device = Self.device(folder, ["hard_reset": once, "power_off": once], "power: {failure_retry_interval: 0}")
      let run = PumiceRun(TrialJob("flaky", steps: "- 'true'", reset: true), device: device)
      #expect(try await run.ending(limit: 60).status == 0)
      let (on, off) = (folder.file("hard_reset"), folder.file("power_off"))
      #expect(Self.power(folder) == "\(on)\n\(on)\n\(off)\n\(off)\n")
      let words = "Attempt 1 of 3 failed, trying again: the command '\(on)' failed: ended with status 9"
      #expect(run.text(of: "logs.yaml").contains(words))
    }

    /// The first try hangs, with a process that does not want to end; it has a time of its own.
    @Test func switchThatHangsOnce() async throws {
      let folder = TemporaryFolder()
      let once = "echo $1 >> power; test -e tried || { touch tried; trap '' TERM; sleep 86395; sleep 86395; }"
      let more = "power: {failure_retry: 2, timeout: {seconds: 1}}"
      let device = Self.device(folder, ["power_off": "set off; \(once)"], more)
      let run = PumiceRun(TrialJob("hangs", steps: "- 'true'"), device: device)
      #expect(try await run.ending(limit: 60).status == 0)
      #expect(Self.power(folder) == "off\noff\n")
      #expect(run.text(of: "logs.yaml").contains("took more than 1 seconds, and was ended"))
    }

    /// It never works: the job says so, after the tries of the action and those of the clean-up.
    @Test func switchThatNeverWorks() async throws {
      let folder = TemporaryFolder()
      let more = "power: {failure_retry: 2, failure_retry_interval: 0}"
      let device = Self.device(folder, ["power_off": "echo off >> power; exit 1"], more)
      let run = PumiceRun(TrialJob("never", steps: "- 'true'"), device: device)
      #expect(try await run.ending(limit: 60).status == 3)
      #expect(Self.power(folder) == "off\noff\noff\noff\n")
      let files = try ResultFiles(run)
      #expect(files.job["error_type"] == "Infrastructure")
      #expect(files.rows.contains(.lava("power-off", "fail")))
      #expect(run.text(of: "logs.yaml").contains("The board may still be on: switch it off by hand"))
    }

    /// Without a time of its own a switch that hangs takes all of its action's; the clean-up brings the board off.
    @Test func switchThatHangsForItsAction() async throws {
      let folder = TemporaryFolder()
      let script = "test -e tried && { echo off >> power; exit; }; touch tried; sleep 86394"
      let device = Self.device(folder, ["power_off": script], "", timeout: "power-off: {seconds: 1}")
      let run = PumiceRun(TrialJob("hangs", steps: "- 'true'"), device: device)
      #expect(try await run.ending(limit: 60).status == 3)
      #expect(Self.power(folder) == "off\n")
      let files = try ResultFiles(run)
      #expect(files.job["error_msg"]?.string?.hasPrefix("power-off timed out after ") == true)
      #expect(run.text(of: "logs.yaml").contains("The board is off now"))
    }
  }
}
