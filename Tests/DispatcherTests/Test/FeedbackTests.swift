// SPDX-License-Identifier: Apache-2.0

import Consoles
import Diagnostics
import Events
import HostTools
import JobModel
import Testing

@testable import Dispatcher

/// What boards say whose consoles are not the one in use (spec signals §3.8, results-and-log §1).
@Suite(.timeLimit(.minutes(20))) struct FeedbackTests {
  @Test func linesOfAnotherConsoleAreFeedback() async throws {
    let folder = TemporaryFolder()
    let keeper = EventKeeper()
    let context = JobContext(
      job: try Sample.job(Sample.jobText([""])),
      device: try Sample.device(Sample.deviceText),
      settings: RunSettings(jobID: "1", outputFolder: folder.path),
      events: EventLog(sinks: [keeper])
    )
    let board = try ConsoleLink(words: [
      "/bin/sh", "-c", "stty -echo; while read -r line; do echo \"has $line\"; done",
    ])
    func type(_ line: String, to namespace: String) async throws {
      let session = try #require(context.withState(of: namespace, { $0.session }))
      try await session.console.sendLine(line)
    }
    try await context.connect(board, namespace: "one")
    try await type("1", to: "one")
    await keeper.wait(for: "target has 1")
    try await context.connect(board, namespace: "two")
    try await type("2", to: "one")
    await keeper.wait(for: "feedback(one) has 2")
    try await type("3", to: "two")
    await keeper.wait(for: "target has 3")
    let one = try context.session(of: "one")
    try await type("4", to: "one")
    await keeper.wait(for: "target has 4")
    try await type("5", to: "two")
    await keeper.wait(for: "feedback(two) has 5")
    // None of it was read.
    #expect(try await one.wait(for: ["has 4", "has 1"]) == 1)
    for namespace in ["one", "two"] { await context.disconnect(namespace: namespace) }
  }
}
