// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Events
import HostTools
import JobModel
import Pipeline
import Testing

@testable import Dispatcher

/// `command` actions (spec jobs §8): what a device does, and how it is taken back.
@Suite(.timeLimit(.minutes(20))) struct UserCommandTests {
  /// Runs a job of commands on a device that notes them in a file, line by line.
  private func run(_ names: [String]) async throws -> (notes: [String], failure: Failure?, keeper: EventKeeper) {
    let folder = TemporaryFolder()
    let notes = folder.file("notes")
    let program = folder.write("#!/bin/sh\necho \"$*\" >> \(notes)\n[ \"$1\" != fail ]\n", to: "note")
    #expect(HostTools.run(["chmod", "+x", program]).status == 0)
    let device = try Sample.device(
      """
      hostname: board
      actions: {deploy: {methods: {overlay: }}, boot: {methods: {minimal: }}}
      commands:
        power_on: [\(program) on, \(program) 'and on']
        recovery_mode: \(program) recovery
        users:
          usb: {do: [\(program) usb, \(program) plug], undo: \(program) unplug}
          relay: {do: \(program) relay}
          broken: {do: [\(program) fail, \(program) never], undo: \(program) mend}

      """
    )
    let actions = names.map { "- command: {name: \($0)}\n" }.joined()
    let job = try Sample.job("job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n\(actions)")
    let keeper = EventKeeper()
    let settings = RunSettings(jobID: "1", outputFolder: folder.file("out"))
    let context = JobContext(job: job, device: device, settings: settings, events: EventLog(sinks: [keeper]))
    let runner = PipelineRunner(plan: try context.plan(), log: context.events, hooks: context.hooks())
    let failure = await runner.run().failure
    let lines = String(decoding: bytes(of: notes), as: UTF8.self).split(separator: "\n").map(String.init)
    return (lines, failure, keeper)
  }

  /// What was done last is undone first, when the job is over.
  @Test func doAndUndo() async throws {
    let (notes, failure, keeper) = try await run(["usb", "power_on", "relay", "recovery_mode", "usb"])
    #expect(failure == nil)
    #expect(notes == ["usb", "plug", "on", "and on", "relay", "recovery", "usb", "plug", "unplug", "unplug"])
    #expect(
      keeper.lines.filter { $0.contains("user command") } == [
        "debug Running user command 'usb'", "debug Running user command 'power_on'",
        "debug Running user command 'relay'",
        "debug Running user command 'recovery_mode'", "debug Running user command 'usb'",
        "debug Running cleanup for user command 'usb'", "debug Running cleanup for user command 'usb'",
      ]
    )
    // A command has no result of its own.
    #expect(keeper.records.map(\.testCase) == ["validate", "power-off", "job"])
  }

  @Test func aCommandThatFails() async throws {
    let (notes, failure, _) = try await run(["usb", "broken", "relay"])
    #expect(failure?.kind == .infrastructure)
    #expect(failure?.code == "host-command")
    #expect(notes == ["usb", "plug", "fail", "mend", "unplug"])
  }

  @Test(arguments: ["hard_reset", "power_off", "recovery_exit", "nothing"])
  func aCommandThatTheDeviceDoesNotHave(name: String) async throws {
    let (notes, failure, _) = try await run([name])
    #expect(failure?.kind == .configuration)
    #expect(failure?.code == "unknown-command")
    #expect(notes == [])
  }

  @Test func whatTheDeviceLacksIsSaidBefore() throws {
    let job = try Sample.job(
      "job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n- command: {name: hard_reset}\n"
    )
    let found = job.findings(on: try Sample.device(Sample.deviceText)).items
    #expect(found.map(\.code) == ["unknown-command"])
    #expect(found.map(\.severity) == [.error])
    #expect(found.first?.advice == "Say what it runs: commands.hard_reset of the device.")
  }
}
