// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JobModel
import Pipeline
import Testing

@testable import Dispatcher

/// A board without a power switch is asked to reboot (spec jobs §6.2).
@Suite struct SoftRebootTests {
  /// The board says what it was asked, and then the message.
  @Test(arguments: [
    ("", "soft_reboot: now", "going down", "now"),
    (", soft_reboot: 'init 6'", "soft_reboot: now", "going down", "init 6"),
    (", parameters: {shutdown-message: bye}", "", "bye", "reboot"),
  ])
  func isAskedAsTheJobOrTheDeviceSays(boot: String, device: String, message: String, command: String) async throws {
    let job = try Sample.job(
      "job_name: a\ntimeouts: {job: {minutes: 5}}\nactions:\n- boot: {method: minimal\(boot)}\n"
    )
    let board = try Sample.device(
      """
      hostname: board
      commands: {connect: 'true'\(device.isEmpty ? "" : ", \(device)")}
      constants: {shutdown-message: going down}
      actions: {deploy: {methods: {overlay: }}, boot: {methods: {minimal: }}}

      """
    )
    let context = Sample.context(job, board)
    let reset = try #require(
      try context.strategies().first?.strategy.actions.first?.children.first { $0.name == "reset-device" }
    )
    let script = "stty -echo; printf '# '; read asked; echo \"asked [$asked]\"; echo \(message); read more"
    let keeper = LineKeeper()
    let failure = await SmallBoard.run(keeper, SystemClock(), board: script) { session, run throws(Failure) in
      context.withState(of: "common") { $0.session = session }
      try await session.wait(for: ["# "])
      try await reset.children.first?.run?(run)
    }
    #expect(failure == nil)
    #expect(keeper.all.contains("debug Sending line: '\(command)'"))
  }
}
